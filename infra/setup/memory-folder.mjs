import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isPid, isPidTaken } from './process-identity.mjs';

/** Linux, `magic.h`: the file system that is kept in memory. */
const TMPFS_MAGIC = 0x01021994;
/** Whole suites fill some 1.5 GiB of files at once, and the programs that they start want the rest. */
const MIN_FREE_BYTES = 6 * 1024 ** 3;
const PREFIX = 'boltorezka-tests-';

/**
 * A folder in memory for what tests write, where the machine has one with room: their databases and browser profiles are
 * thrown away anyway, and waiting for the disk is a third of what starting a server takes. What runs that were killed
 * left goes first.
 *
 * @param {{ root?: string, minFreeBytes?: number }} [options]
 * @returns {{ path: string, remove: () => void } | null} null where there is none: the tests then use the disk
 */
export function makeMemoryFolder({ root = '/dev/shm', minFreeBytes = MIN_FREE_BYTES } = {}) {
  if (!isRoomyMemory(root, minFreeBytes)) return null;
  for (const name of readdirSync(root)) {
    if (isLeftOver(name)) rmSync(path.join(root, name), { recursive: true, force: true });
  }
  const folder = mkdtempSync(path.join(root, `${PREFIX}${process.pid}-`));
  // The database of another user lies below it.
  chmodSync(folder, 0o711);
  return { path: folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * @param {string} root
 * @param {number} minFreeBytes
 */
function isRoomyMemory(root, minFreeBytes) {
  try {
    const { type, bavail, bsize } = statfsSync(root);
    const freeBytes = Math.min(bavail * bsize, availableMemoryBytes());
    return type === TMPFS_MAGIC && freeBytes >= minFreeBytes && mayRunPrograms(root);
  } catch {
    return false;
  }
}

/** What the kernel would give without swapping; `os.freemem()` leaves out what caches hold. */
function availableMemoryBytes() {
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
  return kib === undefined ? os.freemem() : Number(kib) * 1024;
}

/**
 * Some suites copy programs and run the copies.
 *
 * @param {string} root
 */
function mayRunPrograms(root) {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n');
  const own = mounts.map((line) => line.split(' ')).filter(([, point]) => point === root);
  return !own.at(-1)?.[3]?.split(',').includes('noexec');
}

/** @param {string} name */
function isLeftOver(name) {
  if (!name.startsWith(PREFIX)) return false;
  const pid = Number(name.slice(PREFIX.length).split('-')[0]);
  return isPid(pid) && !isPidTaken(pid);
}
