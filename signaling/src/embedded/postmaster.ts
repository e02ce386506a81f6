import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FileHandle, open, readlink, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresBinaries } from './binaries.ts';
import { describeSpawnError, STAGE_DIR } from './cluster.ts';
import { EmbeddedPostgresError, hasErrorCode } from './errors.ts';
import { isSameProcess, type ProcessIdentity } from './process-identity.ts';
import { type Launch, planLaunch } from './sandbox.ts';
import { listServerSettings } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';

/** How a server ended. Both are null when it was not our child, whose end nobody is told of. */
export interface PostmasterExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** The server's main process, spawned by us or found running. */
export interface Postmaster {
  pid: number;
  /** Resolves when the process has ended. */
  exited: Promise<PostmasterExit>;
  isRunning(): boolean;
  /** Sends a signal, unless the process has ended. */
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface SpawnedPostmaster extends Postmaster {
  launch: Launch;
  /** What the server has said since it was spawned. */
  readOutput(): Promise<string>;
}

export interface SpawnRequest {
  dataDir: string;
  clusterDir: string;
  socketDir: string;
  binaries: PostgresBinaries;
  user: ServerUser;
}

const MAX_LOG_BYTES = 5 * 1024 * 1024;
const MAX_OUTPUT_BYTES = 16 * 1024;
/** Nobody tells when a process ends that is not our child. Elsewhere than on Linux a look costs a process. */
const WATCH_INTERVAL_MS = process.platform === 'linux' ? 50 : 500;

/** Starts the server in a session of its own, so that Ctrl-C in our terminal reaches us alone. */
export async function spawnPostmaster(request: SpawnRequest): Promise<SpawnedPostmaster> {
  const launch = await planLaunch({
    program: request.binaries.postgres,
    args: ['-D', request.clusterDir, ...listArguments(request.socketDir)],
    user: request.user,
    directories: [request.binaries.nativeDir, request.clusterDir, request.socketDir],
    stageDir: join(request.dataDir, STAGE_DIR),
  });
  const logPath = join(request.dataDir, 'postgres.log');
  const log = await openLog(logPath);
  try {
    const start = (await log.stat()).size;
    const stdio: ['ignore', number, number] = ['ignore', log.fd, log.fd];
    const child = spawn(launch.command, launch.args, { ...launch.options, detached: true, stdio });
    const exited = new Promise<PostmasterExit>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    await once(child, 'spawn');
    return {
      pid: child.pid ?? 0,
      exited,
      isRunning: () => child.exitCode === null && child.signalCode === null,
      kill: async (signal) => void child.kill(signal),
      launch,
      readOutput: async () => await readFrom(logPath, start),
    };
  } catch (error) {
    await launch.cleanUp();
    throw new EmbeddedPostgresError(`PostgreSQL did not start: ${describeSpawnError(launch, error)}`, {
      cause: error,
    });
  } finally {
    await log.close();
  }
}

/** Takes hold of a server that runs already. */
export function watchPostmaster(identity: ProcessIdentity): Postmaster {
  let isOver = false;
  const watch = async (): Promise<PostmasterExit> => {
    while (await isSameProcess(identity)) await delay(WATCH_INTERVAL_MS, undefined, { ref: false });
    isOver = true;
    return { code: null, signal: null };
  };
  const kill = async (signal: NodeJS.Signals): Promise<void> => {
    try {
      if (await isSameProcess(identity)) process.kill(identity.pid, signal);
    } catch (error) {
      if (!hasErrorCode(error, 'ESRCH')) throw error;
    }
  };
  return { pid: identity.pid, exited: watch(), isRunning: () => !isOver, kill };
}

/** One step in stopping a server: a signal, and how long the server may take to obey. */
export interface StopStep {
  signal: NodeJS.Signals;
  timeoutMs: number;
}

/** Ends open transactions and closes in order; then without order, as after a power cut; then by force. */
export const orderlyStop: StopStep[] = [
  { signal: 'SIGINT', timeoutMs: 4_000 },
  { signal: 'SIGQUIT', timeoutMs: 1_000 },
];

/** For a server that does not answer: its next start recovers from the log, so nothing is lost. */
export const abruptStop: StopStep[] = [{ signal: 'SIGQUIT', timeoutMs: 2_000 }];

/** Stops the server and waits until it has ended. */
export async function stopPostmaster(postmaster: Postmaster, steps: StopStep[]): Promise<void> {
  for (const { signal, timeoutMs } of steps) {
    await postmaster.kill(signal);
    if (await settlesWithin(postmaster.exited, timeoutMs)) return;
  }
  await postmaster.kill('SIGKILL');
  await settlesWithin(postmaster.exited, 5_000);
}

/**
 * True when `pid` is the server of this data directory: it works in there and is a `postgres`. Paths are not
 * compared, since the server may see the directory through mounts of its own.
 */
export async function isPostmasterOf(clusterDir: string, pid: number): Promise<boolean> {
  // Elsewhere the socket decides, in a directory that only this server's user can enter.
  if (process.platform !== 'linux') return true;
  try {
    const [cwd, cluster] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(clusterDir)]);
    // An upgrade may have replaced the file of a program that runs.
    const isPostgres = /\/postgres( \(deleted\))?$/.test(await readlink(`/proc/${pid}/exe`));
    return isPostgres && cwd.dev === cluster.dev && cwd.ino === cluster.ino;
  } catch {
    return false;
  }
}

function listArguments(socketDir: string): string[] {
  return Object.entries(listServerSettings(socketDir)).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** The log is bounded by setting a long one aside, in place of the one before. */
async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    (found) => found.size,
    () => 0,
  );
  if (size > MAX_LOG_BYTES) await rename(path, `${path}.1`);
  return await open(path, 'a', 0o600);
}

async function readFrom(path: string, start: number): Promise<string> {
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(
      Buffer.alloc(MAX_OUTPUT_BYTES),
      0,
      MAX_OUTPUT_BYTES,
      start,
    );
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}

async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  const timeout = new AbortController();
  const expired = delay(timeoutMs, false, { signal: timeout.signal }).catch(() => false);
  const isSettled = await Promise.race([promise.then(() => true), expired]);
  timeout.abort();
  return isSettled;
}
