// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the syntax that is tested.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parseCompose, parseEnvFile, parsePublished } from './compose.ts';
import { readDurationMs } from './dockerfile.ts';

const read = (path: string) =>
  readFileSync(fileURLToPath(new URL(`../../../${path}`, import.meta.url)), 'utf8');

test('an .env file has names and values, in quotes or not, and comments', () => {
  const text = '# A=1\nB=<secret>\nC="a b"\n\n D = e\nE=\nF=x=y\n';
  expect(parseEnvFile(text)).toEqual({ B: '<secret>', C: 'a b', E: '', F: 'x=y' });
});

test('variables are replaced in every text of a compose file, and dollars kept', () => {
  const text = 'services:\n  a:\n    command: ["x", "${A:-1}", "$$B"]\n    read_only: true\n';
  expect(parseCompose(text, () => undefined).services.a).toEqual({
    command: ['x', '1', '$B'],
    read_only: true,
  });
});

test('a published range is as many ports inside as outside', () => {
  const port = (hostPort: number, containerPort: number) => ({
    hostAddress: '127.0.0.1',
    hostPort,
    containerPort,
    protocol: 'udp',
  });
  expect(parsePublished('127.0.0.1:4000-4001:5000-5001/udp')).toEqual([port(4000, 5000), port(4001, 5001)]);
  expect(parsePublished('8080:80')).toEqual([
    { hostAddress: '0.0.0.0', hostPort: 8080, containerPort: 80, protocol: 'tcp' },
  ]);
  expect(() => parsePublished('4000-4001:5000')).toThrow('as many ports');
  expect(() => parsePublished('8080')).toThrow('no port');
});

/** What the image itself decides, and no operator of compose. */
const FIXED = ['HOST', 'PORT', 'DATA_DIR', 'MEDIASOUP_WORKER_BIN'];

/** What compose alone reads. */
const COMPOSE_ONLY = ['API_PORT'];

const namesIn = (text: string, regExp: RegExp) => [...text.matchAll(regExp)].map(([, name]) => name ?? '');

test('whatever the server reads of the environment, compose passes on', () => {
  const known = namesIn(read('signaling/src/config.ts'), /^ {2}([A-Z][A-Z0-9_]+): /gm);
  const { api } = parseCompose(read('docker-compose.yml'), () => undefined).services;
  const passed = [...Object.keys(api?.environment ?? {}), ...FIXED, ...COMPOSE_ONLY];
  expect(known.length).toBeGreaterThan(20);
  expect(known.filter((name) => !passed.includes(name))).toEqual([]);
});

test('.env.example names every variable of docker-compose.yml, and no other', () => {
  const used = new Set(namesIn(read('docker-compose.yml'), /\$\{([A-Z][A-Z0-9_]*)/g));
  const named = new Set(namesIn(read('.env.example'), /^(?:# )?([A-Z][A-Z0-9_]*)=/gm));
  expect([...named].sort()).toEqual([...used].sort());
});

test('.env.example holds no secret: what is one is a placeholder', () => {
  const values = parseEnvFile(read('.env.example'));
  const secret = Object.keys(values).filter((name) => /SECRET|PASSWORD|KEY|TOKEN$/.test(name));
  expect(secret.map((name) => values[name])).toEqual(secret.map(() => '<secret>'));
});

test('an engine waits longer for the server to end than the server may take', () => {
  const { api } = parseCompose(read('docker-compose.yml'), () => undefined).services;
  expect(readDurationMs(api?.stop_grace_period)).toBeGreaterThan(10_000);
});
