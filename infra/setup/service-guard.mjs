import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withLock } from './lock.mjs';
import { isPid, isSameProcess, thisProcess } from './process-identity.mjs';

const MARK = 'written by the set-up of Boltorezka while it installs packages';

/**
 * @typedef {object} Guards
 * @property {string} policyRcD where packages ask whether they may start a service
 * @property {string} clusterDropIn what decides whether PostgreSQL makes a database cluster
 * @property {string} lockFile held meanwhile, so that set-ups of two checkouts do not undo each other's guards
 */

/** @type {Guards} */
export const SYSTEM_GUARDS = {
  policyRcD: '/usr/sbin/policy-rc.d',
  clusterDropIn: '/etc/postgresql-common/createcluster.d/boltorezka-setup.conf',
  lockFile: '/run/boltorezka-setup.lock',
};

/** @typedef {{ onWait?: (pid: number) => void, assertRunning?: () => void }} Waiting */

/**
 * Runs an installation in which no package starts a service or creates a database cluster, and takes both back after
 * it, however it ends. A policy that is there already is left alone.
 *
 * @template T
 * @param {Guards} guards
 * @param {() => Promise<T>} install
 * @param {Waiting} [waiting]
 * @returns {Promise<T>}
 */
export async function withServicesHeld({ policyRcD, clusterDropIn, lockFile }, install, waiting = {}) {
  return withLock({ file: lockFile, ...waiting }, async () => {
    const undo = [hold(policyRcD, policyText()), hold(clusterDropIn, clusterText())];
    const undoAll = () => {
      for (const step of undo) step();
    };
    // For the ends that no `finally` sees: process.exit and uncaught errors.
    process.once('exit', undoAll);
    try {
      return await install();
    } finally {
      process.off('exit', undoAll);
      undoAll();
    }
  });
}

/**
 * Takes back the guards of a set-up that was killed: with its policy left behind no service of the machine could ever be
 * started by a package again.
 *
 * @param {Guards} guards
 * @param {Waiting} [waiting]
 * @returns {Promise<string[]>} what was removed
 */
export async function removeLeftGuards({ policyRcD, clusterDropIn, lockFile }, waiting = {}) {
  const findLeft = () => [policyRcD, clusterDropIn].filter(isLeftBehind);
  if (findLeft().length === 0) return [];
  return withLock({ file: lockFile, ...waiting }, async () => {
    const left = findLeft();
    for (const file of left) rmSync(file, { force: true });
    return left;
  });
}

/**
 * Writes a file of ours unless somebody else has one there. One of ours is of a set-up that was killed, since the lock
 * is held: it is ours to remove this time.
 *
 * @param {string} file
 * @param {string} content
 * @returns {() => void} takes it back, and the folder that was made for it
 */
function hold(file, content) {
  const found = textOf(file);
  if (existsSync(file) && !found.includes(MARK)) return () => {};
  const firstMade = mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o755 });
  return () => {
    if (textOf(file) === content) rmSync(file, { force: true });
    if (firstMade) removeIfEmpty(path.dirname(file));
  };
}

const policyText = () => `#!/bin/sh\n${markLine()}\n# 101: no service may be started or stopped.\nexit 101\n`;
const clusterText = () => `${markLine()}\ncreate_main_cluster = false\n`;

function markLine() {
  const { pid, startTime } = thisProcess();
  return `# ${MARK} (process ${pid}, begun ${startTime})`;
}

/** @param {string} file */
function isLeftBehind(file) {
  const text = textOf(file);
  if (!text.includes(MARK)) return false;
  const [, digits, startTime = ''] = /\(process (\d+), begun (.*)\)$/m.exec(text) ?? [];
  const pid = Number(digits);
  return !isPid(pid) || !isSameProcess({ pid, startTime });
}

/** @param {string} file */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** @param {string} folder */
function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // A package has put something there.
  }
}
