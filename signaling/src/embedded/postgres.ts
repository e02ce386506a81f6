import { mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { locateBinaries, openBinariesToAll, type PostgresBinaries } from './binaries.ts';
import { ensureCluster } from './cluster.ts';
import { DATABASE, prepareDatabase } from './database.ts';
import { EmbeddedPostgresError, hasErrorCode } from './errors.ts';
import {
  abruptStop,
  isPostmasterOf,
  orderlyStop,
  type Postmaster,
  type PostmasterExit,
  spawnPostmaster,
  stopPostmaster,
  watchPostmaster,
} from './postmaster.ts';
import { parsePid, readProcessStartTime } from './process-identity.ts';
import { explainIsolationFailure } from './sandbox.ts';
import { admitToDataDir, chooseServerUser, giveToServerUser, type ServerUser } from './server-user.ts';
import { prepareSocketDir, SOCKET_PORT, type SocketDir } from './socket-dir.ts';

export type { PostmasterExit } from './postmaster.ts';

/** What is told of the server's life; a pino logger is one. */
export interface EmbeddedLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface EmbeddedPostgresOptions {
  /** The data directory, whose lock the caller holds. */
  dataDir: string;
  log: EmbeddedLog;
  /** Called when the server ends although nobody closed it. Its connections fail at the same time. */
  onExit?: (exit: PostmasterExit) => void;
  /** Where the socket goes when the data directory's path is too long: `XDG_RUNTIME_DIR`, if it is set. */
  runtimeRoot?: string;
  /** A PostgreSQL unpacked elsewhere than in its npm package. */
  nativeDir?: string;
}

/** A running PostgreSQL of our own. */
export interface EmbeddedPostgres {
  /** For `pg`; `host` is the socket's directory. */
  connection: { host: string; port: number; user: string; database: string; ssl: false };
  /** True when the server of a process that died was found running. */
  adopted: boolean;
  /** Stops the server and waits for its end. Safe to call again. */
  close(): Promise<void>;
}

interface Context {
  dataDir: string;
  clusterDir: string;
  binaries: PostgresBinaries;
  user: ServerUser;
  socketDir: SocketDir;
  log: EmbeddedLog;
}

/** Long enough for the last backends of a server that was killed to notice and go. */
const START_TIMEOUT_MS = 10_000;
const RETRY_MS = 50;
const SPAWNED_SILENCE_MS = 15_000;
const ADOPTED_SILENCE_MS = 3_000;
/** Above every pid that any system gives out. */
const NO_SUCH_PID = 2_147_483_647;

/**
 * Starts PostgreSQL on the data directory, making its database the first time, or adopts the server that a
 * process of ours left running when it was killed. The caller holds the lock of the data directory.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const startedAt = performance.now();
  const context = await prepare(options);
  const { postmaster, adopted } = await adoptOrStart(context).catch(async (error: unknown) => {
    await context.socketDir.remove();
    throw error;
  });
  const tookMs = Math.round(performance.now() - startedAt);
  const message = adopted ? 'adopted the running embedded PostgreSQL' : 'started the embedded PostgreSQL';
  options.log.info({ pid: postmaster.pid, dataDir: context.clusterDir, tookMs }, message);

  let closing: Promise<void> | undefined;
  void postmaster.exited.then((exit) => {
    if (closing !== undefined) return;
    options.log.warn({ pid: postmaster.pid, ...exit }, 'the embedded PostgreSQL has ended by itself');
    options.onExit?.(exit);
  });
  const close = (): Promise<void> => {
    closing ??= stopPostmaster(postmaster, orderlyStop).then(() => context.socketDir.remove());
    return closing;
  };
  const host = context.socketDir.path;
  return {
    connection: { host, port: SOCKET_PORT, user: DATABASE, database: DATABASE, ssl: false },
    adopted,
    close,
  };
}

async function prepare(options: EmbeddedPostgresOptions): Promise<Context> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  // Mounts and hashes need the one true name.
  const dataDir = await realpath(options.dataDir);
  const clusterDir = join(dataDir, 'postgres');
  const binaries = await locateBinaries(options.nativeDir);
  const user = await chooseServerUser(clusterDir);
  if (!user.isSelf) await openBinariesToAll(binaries);
  await admitToDataDir(dataDir, user);
  const isNew = await ensureCluster({ dataDir, clusterDir, binaries, user });
  if (isNew) options.log.info({ dataDir: clusterDir }, 'made the database of the embedded PostgreSQL');
  else if (!user.isSelf) await giveToServerUser(clusterDir, user);
  const socketDir = await prepareSocketDir({ clusterDir, user, runtimeRoot: options.runtimeRoot });
  return { dataDir, clusterDir, binaries, user, socketDir, log: options.log };
}

async function adoptOrStart(context: Context): Promise<{ postmaster: Postmaster; adopted: boolean }> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const running = await adoptRunning(context);
    if (running) return { postmaster: running, adopted: true };
    const started = await startNew(context);
    if (!(started instanceof EmbeddedPostgresError)) return { postmaster: started, adopted: false };
    // What a killed process of ours had begun may stand in the way for a moment, or be there to adopt.
    const isPassing = /lock file .* already exists|pre-existing shared memory block/.test(started.message);
    if (!isPassing || Date.now() > deadline) throw started;
    await delay(RETRY_MS);
  }
}

async function adoptRunning({ clusterDir, socketDir, log }: Context): Promise<Postmaster | undefined> {
  const pid = await readPostmasterPid(clusterDir);
  const startTime = pid === undefined ? undefined : await readProcessStartTime(pid);
  if (pid === undefined || startTime === undefined) return undefined;
  if (!(await isPostmasterOf(clusterDir, pid))) {
    await disownPid(clusterDir, pid);
    return undefined;
  }
  const postmaster = watchPostmaster({ pid, startTime });
  const { isRunning } = postmaster;
  const request = { socketDir: socketDir.path, isRunning, silenceMs: ADOPTED_SILENCE_MS };
  const answer = await prepareDatabase(request).catch(async (error: unknown) => {
    await stopPostmaster(postmaster, orderlyStop);
    throw error;
  });
  if (answer === 'ready') return postmaster;
  if (answer === 'silent') {
    log.warn({ pid }, 'the embedded PostgreSQL that was left running does not answer: starting it anew');
    await stopPostmaster(postmaster, abruptStop);
  }
  return undefined;
}

async function startNew(context: Context): Promise<Postmaster | EmbeddedPostgresError> {
  const postmaster = await spawnPostmaster({ ...context, socketDir: context.socketDir.path });
  try {
    const { isRunning } = postmaster;
    const socketDir = context.socketDir.path;
    const answer = await prepareDatabase({ socketDir, isRunning, silenceMs: SPAWNED_SILENCE_MS });
    if (answer === 'ready') return postmaster;
  } catch (error) {
    await stopPostmaster(postmaster, orderlyStop);
    throw error;
  } finally {
    await postmaster.launch.cleanUp();
  }
  await stopPostmaster(postmaster, abruptStop);
  const output = await postmaster.readOutput();
  const failure = new EmbeddedPostgresError(
    `PostgreSQL did not start on ${context.clusterDir}. What it said is in ${context.dataDir}/postgres.log: ` +
      output.trim(),
  );
  return explainIsolationFailure(postmaster.launch, output) ?? failure;
}

async function readPostmasterPid(clusterDir: string): Promise<number | undefined> {
  const file = await openPidFile(clusterDir, 'r');
  if (!file) return undefined;
  try {
    return parsePid((await file.readFile('latin1')).split('\n')[0]);
  } finally {
    await file.close();
  }
}

/**
 * The pid of a dead server may be another program's by now, and PostgreSQL would refuse to start beside it.
 * Only the pid is struck out: the rest of the file tells the next server whether a backend of the dead one
 * still writes, which removing the file would hide.
 */
async function disownPid(clusterDir: string, pid: number): Promise<void> {
  const file = await openPidFile(clusterDir, 'r+');
  if (!file) return;
  try {
    const content = await file.readFile('latin1');
    if (parsePid(content.split('\n')[0]) !== pid) return;
    const rest = content.slice(content.indexOf('\n'));
    await file.truncate(0);
    await file.write(`${NO_SUCH_PID}${rest}`, 0, 'latin1');
  } finally {
    await file.close();
  }
}

async function openPidFile(clusterDir: string, flags: 'r' | 'r+') {
  try {
    return await open(join(clusterDir, 'postmaster.pid'), flags);
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
