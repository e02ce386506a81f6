import { createHash, randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SetupError } from './errors.mjs';
import { isPid, isSameProcess, thisProcess } from './process-identity.mjs';

const RETRY_MS = 200;

/** A lock is written in one step: text that says nothing was left by a full disk or a power cut, or is not ours. */
const UNREADABLE_FOR_MS = 2_000;

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
  // The id makes each lock's text unique, on which taking over a stale one rests.
  const text = `${JSON.stringify({ id: randomUUID(), ...thisProcess() })}\n`;
  let told = false;
  for (let found = claim(file, text); found; found = claim(file, text)) {
    if (found.pid !== null && !told) onWait?.(found.pid);
    told ||= found.pid !== null;
    await delay(RETRY_MS);
    assertRunning?.();
  }
  try {
    return await run();
  } finally {
    if (readIfThere(file) === text) rmSync(file, { force: true });
  }
}

/**
 * Puts the text there, unless somebody else's is.
 *
 * @param {string} file
 * @param {string} text
 * @returns {{ pid: number | null } | null} whose it is, without a pid where that is not known; null: ours
 */
function claim(file, text) {
  if (createWhole(file, text)) return null;
  const found = readIfThere(file);
  if (found === null) return { pid: null };
  const holder = holderIn(found);
  if (holder ? isSameProcess(holder) : !isOld(file)) return { pid: holder?.pid ?? null };
  return takeOver(file, { stale: found, text }) ? null : { pid: null };
}

/**
 * Replaces a stale lock. Only who holds the guard named after the stale text may replace that text, and it is read again
 * under the guard: of several that found the same stale lock one succeeds, and a late one cannot remove the winner's. A
 * guard that was left behind is stale itself, and is claimed the same way.
 *
 * @param {string} file
 * @param {{ stale: string, text: string }} texts
 * @returns {boolean} whether the lock is ours now
 */
function takeOver(file, { stale, text }) {
  const guard = `${file}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`;
  if (claim(guard, text)) return false;
  try {
    if (readIfThere(file) !== stale) return false;
    renameSync(writeDraft(file, text), file);
    return true;
  } finally {
    rmSync(guard, { force: true });
  }
}

/**
 * Creates the file with all its text in one step, so that nobody reads a part of it.
 *
 * @param {string} file
 * @param {string} text
 * @returns {boolean} false when there is one already
 */
function createWhole(file, text) {
  const draft = writeDraft(file, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} file
 * @param {string} text
 */
function writeDraft(file, text) {
  const draft = `${file}.${randomUUID()}.tmp`;
  writeFileSync(draft, text, { flag: 'wx' });
  return draft;
}

/**
 * @param {string} file
 * @returns {string | null} null when it has just been removed
 */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'ENOENT') return null;
    throw new SetupError(`the lock ${file} cannot be read (${code})`, {
      meaning: 'Whether another set-up is at work cannot be told.',
      todo: `if none is: rm -r ${file}`,
    });
  }
}

/** @param {string} file */
function isOld(file) {
  const writtenAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  // Either way: the clock may have been set back since.
  return writtenAt !== undefined && Math.abs(Date.now() - writtenAt) > UNREADABLE_FOR_MS;
}

/**
 * @param {string} text
 * @returns {import('./process-identity.mjs').ProcessIdentity | null} null for what no set-up can have written
 */
function holderIn(text) {
  try {
    const { pid, startTime } = JSON.parse(text);
    return isPid(pid) && typeof startTime === 'string' ? { pid, startTime } : null;
  } catch {
    return null;
  }
}
