import { setTimeout as delay } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { SUPERUSER } from './cluster.ts';
import { hasErrorCode } from './errors.ts';
import { SOCKET_PORT } from './socket-dir.ts';

/** The database of the application, and the role that owns it and nothing else. */
export const DATABASE = 'boltorezka';

/** What a server under a socket is found to be. */
export type Answer = 'ready' | 'ended' | 'silent';

export interface ReadinessRequest {
  socketDir: string;
  isRunning(): boolean;
  /** How long a server may give no sign at all. */
  silenceMs: number;
}

/** duplicate_database, duplicate_object, unique_violation; object_in_use: the template is being copied. */
const alreadyMade = ['42P04', '42710', '23505', '55006'];
/** admin_shutdown, crash_shutdown, cannot_connect_now. */
const goingDown = ['57P01', '57P02', '57P03'];

const POLL_MS = 10;
const CONNECT_TIMEOUT_MS = 1_000;
/** Recovering what a crash left takes seconds; a server that says it is at that is given this long. */
const BUSY_TIMEOUT_MS = 120_000;

/** Waits until the server answers a query and holds our database and its role, which are made if missing. */
export async function prepareDatabase(request: ReadinessRequest): Promise<Answer> {
  const startedAt = Date.now();
  let lastSignAt = startedAt;
  while (request.isRunning()) {
    const sign = await tryToPrepare(request.socketDir);
    if (sign === 'ready') return 'ready';
    if (sign === 'busy') lastSignAt = Date.now();
    const isTooLong = Date.now() - startedAt > BUSY_TIMEOUT_MS;
    if (isTooLong || Date.now() - lastSignAt > request.silenceMs) return 'silent';
    await delay(POLL_MS);
  }
  return 'ended';
}

async function tryToPrepare(socketDir: string): Promise<'ready' | 'busy' | 'silent'> {
  const client = new Client({
    host: socketDir,
    port: SOCKET_PORT,
    user: SUPERUSER,
    database: 'postgres',
    ssl: false,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // The server may go away at any moment; the call under way reports it.
  client.on('error', () => {});
  try {
    await client.connect();
  } catch (error) {
    // Starting, recovering or shutting down; or every connection taken by clients of a process that died.
    if (hasErrorCode(error, '57P03', '53300')) return 'busy';
    if (error instanceof DatabaseError) throw error;
    return 'silent';
  }
  try {
    await ensureDatabase(client);
    return 'ready';
  } catch (error) {
    // The last statement of a process that was killed goes on without it, and may make the same thing first.
    if (hasErrorCode(error, ...alreadyMade)) return 'busy';
    // The server went away while we asked; the next look shows whether it ended.
    if (!(error instanceof DatabaseError) || hasErrorCode(error, ...goingDown)) return 'silent';
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}

/** The role is no superuser, so that no statement of ours, nor one slipped in, reaches files or programs. */
async function ensureDatabase(client: Client): Promise<void> {
  const { rows } = await client.query<{ role: boolean; database: boolean }>(
    `select exists (select from pg_roles where rolname = $1) as role,
            exists (select from pg_database where datname = $1) as database`,
    [DATABASE],
  );
  const [found] = rows;
  if (!found?.role) await client.query(`create role ${DATABASE} login`);
  if (!found?.database) await client.query(`create database ${DATABASE} owner ${DATABASE}`);
}
