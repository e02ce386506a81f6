import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { makeMemoryFolder } from './memory-folder.mjs';

test('a disk, what does not exist, and a memory without room are no folder for tests', () => {
  const onDisk = mkdtempSync(path.join(process.cwd(), '.cache', 'memory-folder-'));
  try {
    expect(makeMemoryFolder({ root: onDisk, minFreeBytes: 0 })).toBeNull();
    expect(makeMemoryFolder({ root: path.join(onDisk, 'nowhere'), minFreeBytes: 0 })).toBeNull();
    expect(makeMemoryFolder({ minFreeBytes: os.totalmem() + 1 })).toBeNull();
  } finally {
    rmSync(onDisk, { recursive: true });
  }
});

test('a folder in memory is passable for other users, and takes what killed runs left with it', () => {
  const ended = spawnSync('true').pid;
  const left = `/dev/shm/boltorezka-tests-${ended}-abcdef`;
  const others = `/dev/shm/boltorezka-tests-${process.pid}-abcdef`;
  for (const folder of [left, others]) mkdirSync(folder);
  const made = makeMemoryFolder({ minFreeBytes: 0 });
  try {
    expect(statSync(made?.path ?? '').mode & 0o777).toBe(0o711);
    expect([existsSync(left), existsSync(others)]).toEqual([false, true]);
  } finally {
    made?.remove();
    for (const folder of [left, others]) rmSync(folder, { recursive: true, force: true });
  }
  expect(existsSync(made?.path ?? '')).toBe(false);
});
