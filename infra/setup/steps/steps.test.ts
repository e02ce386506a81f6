import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isNewEnough } from './node.mjs';
import { areDirectThere, isInstalled } from './npm.mjs';
import { applyPatches } from './worker-build.mjs';
import { prebuiltUrl } from './worker-prebuilt.mjs';
import { isWorthAnotherTry, slowness, writeBuildRecord } from './worker-record.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-steps-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('Node is new enough from 22.12 on', () => {
  expect(['18.20.4', '20.20.2', '22.11.0', '22.12.0', '24.0.0'].map(isNewEnough)).toEqual([
    false,
    false,
    false,
    true,
    true,
  ]);
});

test('modules are installed when every package of the lock is there in its version', () => {
  const lock = {
    packages: {
      '': {},
      web: {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/tool': { version: '2.0.0', dev: true },
      'node_modules/other-platform': { version: '3.0.0', optional: true },
    },
  };
  const a = { version: '1.0.0' };
  const tool = { version: '2.0.0' };
  const hidden = (packages: Record<string, { version: string }>) => ({ packages });
  expect(isInstalled(lock, hidden({ 'node_modules/a': a }), false)).toBe(true);
  expect(isInstalled(lock, hidden({ 'node_modules/a': a }), true)).toBe(false);
  expect(isInstalled(lock, hidden({ 'node_modules/a': a, 'node_modules/tool': tool }), true)).toBe(true);
  expect(isInstalled(lock, hidden({ 'node_modules/a': { version: '1.0.1' } }), false)).toBe(false);
  expect(isInstalled(lock, hidden({ 'node_modules/other-platform': { version: '3.0.0' } }), false)).toBe(
    false,
  );
});

test('a package that was deleted by hand is noticed, wherever npm had put it', () => {
  const write = (name: string, content: unknown) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), JSON.stringify(content));
  };
  write('package.json', { devDependencies: { tool: '1' } });
  write('web/package.json', { dependencies: { '@scope/a': '1', b: '1' } });
  write('node_modules/@scope/a/package.json', {});
  write('web/node_modules/b/package.json', {});
  const manifests = { '': path.join(folder, 'package.json'), web: path.join(folder, 'web', 'package.json') };
  expect(areDirectThere(folder, manifests, false)).toBe(true);
  expect(areDirectThere(folder, manifests, true)).toBe(false);
  rmSync(path.join(folder, 'web', 'node_modules', 'b'), { recursive: true });
  expect(areDirectThere(folder, manifests, false)).toBe(false);
});

test('a patch is applied where it fits exactly once, and refused loudly elsewhere', () => {
  mkdirSync(path.join(folder, 'src'));
  const file = path.join(folder, 'src', 'a.cpp');
  const patch = { file: 'src/a.cpp', find: 'a == b', replace: 'a & $&b', why: 'of kernel TLS' };
  writeFileSync(file, 'if (a == b)');
  applyPatches(folder, [patch]);
  expect(readFileSync(file, 'utf8')).toBe('if (a & $&b)');
  expect(() => applyPatches(folder, [patch])).toThrow('is 0 times in src/a.cpp');
  writeFileSync(file, 'a == b; a == b');
  expect(() => applyPatches(folder, [patch])).toThrow('is 2 times in src/a.cpp');
});

test("the prebuilt worker is looked for under mediasoup's own name", () => {
  const manifest = {
    version: '3.27.1',
    repository: { url: 'git+https://github.com/versatica/mediasoup.git' },
  };
  const linux = { platform: 'linux', arch: 'x64', release: '6.1.0-9-amd64' };
  expect(prebuiltUrl(manifest, {}, linux)).toBe(
    'https://github.com/versatica/mediasoup/releases/download/3.27.1/mediasoup-worker-3.27.1-linux-x64-kernel6.tgz',
  );
  const env = { MEDIASOUP_WORKER_PREBUILT_DOWNLOAD_BASE_URL: 'https://mirror.example/mediasoup' };
  expect(prebuiltUrl(manifest, env, { platform: 'darwin', arch: 'arm64', release: '24.0.0' })).toBe(
    'https://mirror.example/mediasoup/3.27.1/mediasoup-worker-3.27.1-darwin-arm64.tgz',
  );
});

test('a worker with the slower libsrtp says so, and is tried to be replaced after a day', () => {
  const dayMs = 24 * 60 * 60 * 1_000;
  expect([slowness(folder), isWorthAnotherTry(folder)]).toEqual(['', false]);
  writeBuildRecord(folder, { libsrtp: 'distribution' }, 0);
  expect(slowness(folder)).toContain('slower libsrtp');
  expect([dayMs - 1, dayMs + 1].map((nowMs) => isWorthAnotherTry(folder, nowMs))).toEqual([false, true]);
  writeBuildRecord(folder, { libsrtp: 'openssl' }, 0);
  expect([slowness(folder), isWorthAnotherTry(folder, dayMs + 1)]).toEqual(['', false]);
});
