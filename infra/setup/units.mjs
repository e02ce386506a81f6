/** Units that the packages we install would have started now, and at the next boot. */
const UNITS = new Map([
  ['coturn', 'coturn.service'],
  ['redis-server', 'redis-server.service'],
  ['postgresql-15', 'postgresql.service'],
]);

const TIMEOUT_MS = 30_000;

/**
 * Runs an installation and disables the units that came with it: a held service would still come up with the next boot,
 * since Debian enables what it installs. It does so however the installation ends, since a package may be in place by
 * then. Units that were known before are somebody's, and stay as they are.
 *
 * @template T
 * @param {{ processes: import('./processes.mjs').Processes, env: NodeJS.ProcessEnv }} ctx
 * @param {string[]} packages
 * @param {() => Promise<T>} install
 * @returns {Promise<T>}
 */
export async function withUnitsDisabled({ processes, env }, packages, install) {
  const known = new Map();
  for (const unit of packages.flatMap((name) => UNITS.get(name) ?? [])) {
    known.set(unit, await isKnown({ processes, env }, unit));
  }
  try {
    return await install();
  } finally {
    for (const [unit, wasKnown] of known) {
      // One at a time: systemctl does nothing at all where one of several does not exist.
      if (!wasKnown)
        await processes.tidyUp('systemctl', ['disable', '--quiet', unit], { env, timeoutMs: TIMEOUT_MS });
    }
  }
}

/**
 * @param {{ processes: import('./processes.mjs').Processes, env: NodeJS.ProcessEnv }} ctx
 * @param {string} unit
 */
async function isKnown({ processes, env }, unit) {
  const { stdout } = await processes.capture('systemctl', ['is-enabled', unit], { env });
  // It says what state a unit is in, whichever; of one that does not exist, nothing, or in later versions this.
  return !['', 'not-found'].includes(stdout.trim());
}
