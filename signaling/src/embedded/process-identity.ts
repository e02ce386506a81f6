import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { hasErrorCode } from './errors.ts';

const execFileAsync = promisify(execFile);

/** A process that lives, but whose start cannot be read: another user's, with /proc hidden. */
const UNKNOWN_START = 'unknown';
const ZOMBIE = 'zombie';

/** A pid alone is not a name, since the system hands it out again; with its start time it is. */
export interface ProcessIdentity {
  pid: number;
  startTime: string;
}

/**
 * When the process began, as text to be compared and not to be read; undefined when no such process runs.
 * A zombie does not run: in a container whose first process never reaps, it would seem to live for ever.
 */
export async function readProcessStartTime(pid: number): Promise<string | undefined> {
  const start = process.platform === 'linux' ? await readProcStat(pid) : await askPs(pid);
  if (start === ZOMBIE) return undefined;
  return start ?? (isPidTaken(pid) ? UNKNOWN_START : undefined);
}

/** True while the very process that was identified runs, not another under its pid. */
export async function isSameProcess(identity: ProcessIdentity): Promise<boolean> {
  const start = await readProcessStartTime(identity.pid);
  if (start === undefined) return false;
  return start === identity.startTime || start === UNKNOWN_START || identity.startTime === UNKNOWN_START;
}

/** Reads a pid from text; anything that `kill` would take for a group or for everyone is refused. */
export function parsePid(value: unknown): number | undefined {
  const pid = Number(value);
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

async function readProcStat(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name, which may hold blanks and brackets: count from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return ZOMBIE;
    // Ticks count from boot, so two boots can repeat one; the boot's id tells them apart.
    return `${await readBootId()}/${fields[19]}`;
  } catch {
    return undefined;
  }
}

async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '')).trim();
}

async function askPs(pid: number): Promise<string | undefined> {
  try {
    const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' };
    const { stdout } = await execFileAsync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { env });
    const [state = '', ...start] = stdout.trim().split(/\s+/);
    return state.startsWith('Z') ? ZOMBIE : start.join(' ');
  } catch {
    return undefined;
  }
}

function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !hasErrorCode(error, 'ESRCH');
  }
}
