import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const MARK = 'written by the set-up of Boltorezka while it installs packages';
const POLICY = `#!/bin/sh\n# ${MARK}\n# 101: no service may be started or stopped.\nexit 101\n`;
const CLUSTER = `# ${MARK}\ncreate_main_cluster = false\n`;

/**
 * Where Debian's packages ask whether they may start a service, and whether PostgreSQL makes a database cluster.
 */
export const SYSTEM_GUARDS = {
  policyRcD: '/usr/sbin/policy-rc.d',
  clusterDropIn: '/etc/postgresql-common/createcluster.d/boltorezka-setup.conf',
};

/**
 * Runs an installation in which no package starts a service or creates a database cluster, and takes both back after
 * it, however it ends. A policy that is there already is left alone.
 *
 * @template T
 * @param {typeof SYSTEM_GUARDS} guards
 * @param {() => Promise<T>} install
 * @returns {Promise<T>}
 */
export async function withServicesHeld({ policyRcD, clusterDropIn }, install) {
  const undo = [hold(policyRcD, POLICY), hold(clusterDropIn, CLUSTER)];
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
}

/**
 * Writes a file of ours unless somebody else has one there.
 *
 * @param {string} file
 * @param {string} content
 * @returns {() => void} takes it back, and the folder that was made for it
 */
function hold(file, content) {
  // One of ours was left behind by a set-up that was killed: it is ours to remove this time.
  if (existsSync(file) && !readFileSync(file, 'utf8').includes(MARK)) return () => {};
  const firstMade = mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content, { mode: 0o755 });
  return () => {
    rmSync(file, { force: true });
    if (firstMade) removeIfEmpty(path.dirname(file));
  };
}

/** @param {string} folder */
function removeIfEmpty(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // A package has put something there.
  }
}
