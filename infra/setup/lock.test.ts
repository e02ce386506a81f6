import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './lock.mjs';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'setup-lock-'));
  file = path.join(folder, 'below', 'lock');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('two holders take turns, and the second is told whom it waits for', async () => {
  const order: string[] = [];
  const waits: number[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const first = withLock({ file }, async () => {
    order.push('first begins');
    await released;
    order.push('first ends');
  });
  const onWait = (pid: number) => {
    waits.push(pid);
    release();
  };
  await withLock({ file, onWait }, async () => {
    order.push('second');
  });
  await first;
  expect(order).toEqual(['first begins', 'first ends', 'second']);
  expect(waits).toEqual([process.pid]);
  expect(existsSync(file)).toBe(false);
});

/** Leaves a lock, by default one so old that nobody can be writing it. */
function leaveLock(text: string, ageS = 3): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  utimesSync(file, Date.now() / 1_000 - ageS, Date.now() / 1_000 - ageS);
}

test('the lock of a process that is gone is taken over', async () => {
  const { pid } = spawnSync('true');
  leaveLock(JSON.stringify({ id: 'gone', pid, startTime: 'then' }), 0);
  await expect(withLock({ file }, async () => 'done')).resolves.toBe('done');
  expect(readdirSync(path.dirname(file))).toEqual([]);
});

test.each([
  ['our own, from an earlier start of the container', () => process.pid],
  ["somebody else's by now", () => process.ppid],
])('a lock whose pid is %s is taken over', async (_, pid) => {
  leaveLock(JSON.stringify({ id: 'earlier', pid: pid(), startTime: 'an earlier time' }), 0);
  await expect(withLock({ file }, async () => 'done')).resolves.toBe('done');
});

test.each(['', '{"id":', 'null', '4711\n'])('a lock that reads "%s" is taken over', async (text) => {
  leaveLock(text);
  await expect(withLock({ file }, async () => 'done')).resolves.toBe('done');
});

test('a lock that says nothing yet is given a moment', async () => {
  leaveLock('', 0);
  const assertRunning = () => {
    throw new Error('waited');
  };
  await expect(withLock({ file, assertRunning }, async () => {})).rejects.toThrow('waited');
});

test('a lock that cannot be read is an error, not a wait', async () => {
  mkdirSync(file, { recursive: true });
  await expect(withLock({ file }, async () => {})).rejects.toThrow('cannot be read');
});

test('of many that find the same stale lock one at a time is at work', async () => {
  leaveLock('');
  const lock = new URL('lock.mjs', import.meta.url).href;
  const log = path.join(folder, 'log');
  const script = `import { appendFileSync } from 'node:fs';
    import { withLock } from '${lock}';
    await withLock({ file: ${JSON.stringify(file)} }, async () => {
      appendFileSync(${JSON.stringify(log)}, 'in ');
      await new Promise((resolve) => setTimeout(resolve, 20));
      appendFileSync(${JSON.stringify(log)}, 'out ');
    });`;
  const run = () => once(spawn(process.execPath, ['--input-type=module', '-e', script]), 'exit');
  await Promise.all(Array.from({ length: 6 }, run));
  expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(6));
});

test("somebody else's lock is not removed at the end", async () => {
  await withLock({ file }, async () => writeFileSync(file, 'theirs'));
  expect(readFileSync(file, 'utf8')).toBe('theirs');
});

test('who waits can be stopped', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const first = withLock({ file }, () => released);
  const assertRunning = () => {
    throw new Error('stopped');
  };
  await expect(withLock({ file, assertRunning }, async () => {})).rejects.toThrow('stopped');
  release();
  await first;
});

test('a failure releases the lock', async () => {
  await expect(withLock({ file }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(file)).toBe(false);
});
