import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

test('the lock of a process that is gone is taken over', async () => {
  await withLock({ file }, async () => {});
  const gone = spawnSync('true').pid;
  writeFileSync(file, `${gone}\n`);
  await expect(withLock({ file }, async () => 'done')).resolves.toBe('done');
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
