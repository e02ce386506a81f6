import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { plan, untilUnlocked } from './apt.mjs';
import { createContext } from './context.mjs';
import { CommandError } from './errors.mjs';

const failure = (tail: string): CommandError =>
  new CommandError({ command: 'apt-get update', outcome: 'ended with code 100', logPath: '/log', tail });
const LOCKED = failure('E: Could not get lock /var/lib/apt/lists/lock. It is held by process 42 (apt-get)');

function createWaiting() {
  const stopping = new AbortController();
  const lines: string[] = [];
  const ctx = {
    stopping: stopping.signal,
    assertRunning: () => stopping.signal.throwIfAborted(),
    print: (line: string) => void lines.push(line),
  };
  return { ctx, lines, stopping };
}

test('a list that another apt has locked is waited for, which is said once', async () => {
  const { ctx, lines } = createWaiting();
  const outcomes = [LOCKED, LOCKED, null];
  const run = async () => {
    const outcome = outcomes.shift();
    if (outcome) throw outcome;
  };
  await untilUnlocked(ctx, run, { timeoutMs: 60_000, retryMs: 1 });
  expect(outcomes).toEqual([]);
  expect(lines).toHaveLength(1);
});

test('other failures, and a lock held for too long, are not waited for', async () => {
  const { ctx, lines } = createWaiting();
  const times = { timeoutMs: 60_000, retryMs: 1 };
  const other = failure('E: no network');
  await expect(untilUnlocked(ctx, () => Promise.reject(other), times)).rejects.toBe(other);
  await expect(untilUnlocked(ctx, () => Promise.reject(LOCKED), { timeoutMs: -1 })).rejects.toBe(LOCKED);
  expect(lines).toEqual([]);
});

test('a wait for another apt ends with the set-up', async () => {
  const { ctx, stopping } = createWaiting();
  const print = () => stopping.abort(new Error('stopped'));
  const run = () => Promise.reject(LOCKED);
  const waiting = untilUnlocked({ ...ctx, print }, run, { timeoutMs: 60_000, retryMs: 60_000 });
  await expect(waiting).rejects.toThrow('stopped');
});

test('asking apt what it would do never does it, though there be nothing for apt to ask', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'setup-apt-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const apt = path.join(folder, 'apt-get');
  writeFileSync(apt, `#!/bin/sh\necho "$*" >> '${folder}/log'\necho '1 newly installed'\n`);
  chmodSync(apt, 0o755);
  const ctx = createContext({ env: { PATH: folder }, root: folder });
  expect(await plan(ctx, ['redis-server'])).toContain('1 newly installed');
  expect(readFileSync(path.join(folder, 'log'), 'utf8')).toMatch(/^--print-uris .*install redis-server\n$/);
});
