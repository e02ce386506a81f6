import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 200;

/**
 * Runs something while no other process holds the same lock file, which names its holder. The lock of a process that is
 * gone is taken over.
 *
 * @template T
 * @param {{ file: string, onWait?: (pid: number) => void, assertRunning?: () => void }} lock
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function withLock({ file, onWait, assertRunning }, run) {
  mkdirSync(path.dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
    const holder = holderOf(file);
    if (holder !== null && !isAlive(holder)) {
      takeOver(file, holder);
      continue;
    }
    if (holder !== null && !told) onWait?.(holder);
    told ||= holder !== null;
    await delay(RETRY_MS);
    assertRunning?.();
  }
  try {
    return await run();
  } finally {
    rmSync(file, { force: true });
  }
}

/** @param {string} file */
function take(file) {
  try {
    writeFileSync(file, `${process.pid}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Removes the lock of a process that is gone, and not the one that somebody quicker took in its place.
 *
 * @param {string} file
 * @param {number} goneHolder
 */
function takeOver(file, goneHolder) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
    if (holderOf(aside) !== goneHolder) linkSync(aside, file);
  } catch {
    // Somebody else was quicker with the same.
  }
  rmSync(aside, { force: true });
}

/**
 * @param {string} file
 * @returns {number | null} null while the holder is still writing, or has just left
 */
function holderOf(file) {
  try {
    const pid = Number.parseInt(readFileSync(file, 'utf8'), 10);
    return Number.isInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
