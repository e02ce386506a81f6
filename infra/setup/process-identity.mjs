import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process that lives, but whose start cannot be read: another user's, with /proc hidden. */
const UNKNOWN_START = 'unknown';
const ZOMBIE = 'zombie';

/**
 * A pid alone is no name, since systems hand it out again (a container the same few at each start); with the start time
 * it is.
 *
 * @typedef {{ pid: number, startTime: string }} ProcessIdentity
 */

/** @returns {ProcessIdentity} */
export function thisProcess() {
  return { pid: process.pid, startTime: startTimeOf(process.pid) ?? UNKNOWN_START };
}

/**
 * Whether the very process that was identified runs, not another under its pid.
 *
 * @param {ProcessIdentity} identity
 */
export function isSameProcess({ pid, startTime }) {
  const start = startTimeOf(pid);
  if (start === undefined) return false;
  // Our own start is known wherever it can be known at all: who wrote "unknown" under our pid was somebody else.
  if (start === UNKNOWN_START || startTime === UNKNOWN_START) return pid !== process.pid;
  return start === startTime;
}

/**
 * @param {unknown} pid
 * @returns {pid is number} not what `kill` would take for a group or for everyone
 */
export function isPid(pid) {
  return Number.isSafeInteger(pid) && Number(pid) > 0;
}

/**
 * When a process began, as text to be compared and not to be read; undefined when no such process runs. A zombie does
 * not run: where nobody reaps it, it would seem to live for ever.
 *
 * @param {number} pid
 * @returns {string | undefined}
 */
function startTimeOf(pid) {
  const start = process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid);
  if (start === ZOMBIE) return undefined;
  return start ?? (isPidTaken(pid) ? UNKNOWN_START : undefined);
}

/** @param {number} pid */
function startFromProc(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name, which may hold blanks and brackets: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return ZOMBIE;
    // Ticks count from boot, so two boots can repeat one; the boot's id tells them apart.
    return `${bootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

function bootId() {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  } catch {
    return '';
  }
}

/** @param {number} pid */
function startFromPs(pid) {
  try {
    const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
    const args = ['-o', 'state=,lstart=', '-p', String(pid)];
    const stdout = execFileSync('ps', args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? ZOMBIE : start.join(' ');
  } catch {
    return undefined;
  }
}

/**
 * Whether a process goes by that number now, be it another than was meant.
 *
 * @param {number} pid
 */
export function isPidTaken(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code !== 'ESRCH';
  }
}
