import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Often enough to get rid of a slow worker, and not a wait at every start. */
const RETRY_AFTER_MS = 24 * 60 * 60 * 1_000;

/** @typedef {{ libsrtp: import('./worker-build.mjs').Libsrtp }} BuildRecord */

/**
 * Notes beside a binary what it was built with, and when.
 *
 * @param {string} folder
 * @param {BuildRecord} record
 * @param {number} [nowMs]
 */
export function writeBuildRecord(folder, { libsrtp }, nowMs = Date.now()) {
  writeFileSync(path.join(folder, 'build.json'), `${JSON.stringify({ libsrtp, triedAtMs: nowMs })}\n`);
}

/**
 * Whether the binary does its encryption with the slower library, and the faster was not tried for lately.
 *
 * @param {string} folder
 * @param {number} [nowMs]
 */
export function isWorthAnotherTry(folder, nowMs = Date.now()) {
  const { libsrtp, triedAtMs = 0 } = readBuildRecord(folder);
  return libsrtp === 'distribution' && Math.abs(nowMs - triedAtMs) > RETRY_AFTER_MS;
}

/**
 * @param {string} folder
 * @returns {string} for the line that names the binary; nothing where it is as fast as it can be
 */
export function slowness(folder) {
  return readBuildRecord(folder).libsrtp === 'distribution' ? " with the distribution's slower libsrtp" : '';
}

/**
 * @param {string} folder
 * @returns {{ libsrtp?: string, triedAtMs?: number }} empty for a prebuilt, which brings its own
 */
function readBuildRecord(folder) {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'build.json'), 'utf8')) ?? {};
  } catch {
    return {};
  }
}
