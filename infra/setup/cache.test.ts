import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createStamps, digestOf, filesBelow, userCacheFolder } from './cache.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, content: string): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
};

test('a digest changes with a value, with a content and with a file that comes', () => {
  const a = write('a', 'one');
  const before = digestOf({ values: ['x'], files: [a, path.join(folder, 'b')] });
  expect(digestOf({ values: ['x'], files: [a, path.join(folder, 'b')] })).toBe(before);
  expect(digestOf({ values: ['y'], files: [a, path.join(folder, 'b')] })).not.toBe(before);
  write('b', '');
  expect(digestOf({ values: ['x'], files: [a, path.join(folder, 'b')] })).not.toBe(before);
  rmSync(path.join(folder, 'b'));
  write('a', 'two');
  expect(digestOf({ values: ['x'], files: [a, path.join(folder, 'b')] })).not.toBe(before);
});

test('a digest does not confuse one value with another that starts like it', () => {
  expect(digestOf({ values: ['ab', 'c'] })).not.toBe(digestOf({ values: ['a', 'bc'] }));
});

test('two checkouts of the same files have one digest', () => {
  const [one, two] = [write('one/src/a', 'same'), write('two/src/a', 'same')];
  const digests = [one, two].map((file) =>
    digestOf({ files: [file], base: path.dirname(path.dirname(file)) }),
  );
  expect(digests[0]).toBe(digests[1]);
});

test('what tools put into a folder is no input', () => {
  write('src/b.ts', '');
  write('src/a.ts', '');
  write('node_modules/x/index.js', '');
  write('dist/index.html', '');
  expect(filesBelow(folder).map((file) => path.relative(folder, file))).toEqual(['src/a.ts', 'src/b.ts']);
  expect(filesBelow(path.join(folder, 'nowhere'))).toEqual([]);
});

test('a stamp is what was written last, and none when it is broken or removed', () => {
  const stamps = createStamps(path.join(folder, 'stamps'));
  expect(stamps.read('npm')).toBeNull();
  stamps.write('npm', { digest: '1' });
  stamps.write('npm', { digest: '2', development: true });
  expect(stamps.read('npm')).toEqual({ digest: '2', development: true });
  write('stamps/npm.json', '{"dig');
  expect(stamps.read('npm')).toBeNull();
  stamps.remove('npm');
  stamps.remove('npm');
  expect(stamps.read('npm')).toBeNull();
});

test('the shared cache follows XDG, and ignores a relative path as XDG says', () => {
  expect(userCacheFolder({ XDG_CACHE_HOME: '/x', HOME: '/h' })).toBe('/x/boltorezka');
  expect(userCacheFolder({ XDG_CACHE_HOME: 'x', HOME: '/h' })).toBe('/h/.cache/boltorezka');
  expect(userCacheFolder({ HOME: '/h' })).toBe('/h/.cache/boltorezka');
});
