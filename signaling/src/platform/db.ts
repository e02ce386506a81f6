import { AppError } from '@boltorezka/protocol';
import { Pool, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg';
import { DatabaseChannel, type DatabaseListener } from './db-channel.ts';
import { toDatabaseError } from './db-errors.ts';
import type { Logger } from './log.ts';

/** What a repository needs: parameterised SQL in, rows out. */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Tells whoever listens to the channel, once what is done here is committed, and never where it is not. */
  notify(channel: string, payloads: string[]): Promise<void>;
}

export interface Database extends Queryable {
  /** Runs `task` in one transaction; what it throws rolls back. */
  transaction<T>(task: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Hears what is notified on a channel, over a connection of its own. What is notified while that is lost is not heard:
   * `onOpened` tells that it stands, for the first time or again.
   */
  listen(channel: string, listener: DatabaseListener): Promise<void>;
  /** Rejects where the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const run = async <Row extends QueryResultRow>(
  client: Pick<PoolClient, 'query'>,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> => {
  try {
    return (await client.query<Row>(sql, values)).rows;
  } catch (error) {
    throw toDatabaseError(error);
  }
};

const notifySql = 'SELECT pg_notify($1, n.payload) FROM unnest($2::text[]) AS n (payload)';

/** Tells this process of what it has committed itself, without a round trip. */
type TellCommitted = (channel: string, payloads: string[]) => void;

const runTransaction = async <T>(
  pool: Pool,
  task: (tx: Queryable) => Promise<T>,
  tellCommitted: TellCommitted,
): Promise<T> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  const notified: Parameters<TellCommitted>[] = [];
  const tx: Queryable = {
    query: (sql, values) => run(client, sql, values),
    notify: async (channel, payloads) => {
      await run(client, notifySql, [channel, payloads]);
      notified.push([channel, payloads]);
    },
  };
  let broken = false;
  try {
    await tx.query('BEGIN');
    const result = await task(tx);
    await tx.query('COMMIT');
    for (const [channel, payloads] of notified) tellCommitted(channel, payloads);
    return result;
  } catch (error) {
    // A connection that is lost rolls back by itself; one that hangs would only make everybody wait once more.
    broken = error instanceof AppError && error.code === 'Unavailable';
    if (!broken)
      await tx.query('ROLLBACK').catch(() => {
        broken = true;
      });
    throw error;
  } finally {
    client.release(broken);
  }
};

/** A pool with bounded waits: a database that is away is noticed in seconds, and found again without a restart. */
export const createDatabase = (config: PoolConfig, log: Logger): Database => {
  const bounded = {
    connectionTimeoutMillis: 3_000,
    query_timeout: 10_000,
    statement_timeout: 9_000,
    idle_in_transaction_session_timeout: 15_000,
    ...config,
  };
  const pool = new Pool({ max: 10, ...bounded });
  const channels: DatabaseChannel[] = [];
  // Lost between two queries, or with the very packet that hands it out, a connection tells nobody else, and an error that
  // nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', ({ name, message, stack }) =>
    // Not the error itself: `pg` hangs the client on it, with the address and the user in it.
    log.warn({ err: { type: name, message, stack } }, 'idle database connection lost'),
  );
  const query: Queryable['query'] = (sql, values) =>
    run(pool as unknown as Pick<PoolClient, 'query'>, sql, values);
  const tellCommitted: TellCommitted = (channel, payloads) => {
    for (const payload of payloads) for (const one of channels) one.tellCommitted(channel, payload);
  };
  let closing: Promise<void> | undefined;
  return {
    query,
    notify: async (channel, payloads) => {
      await query(notifySql, [channel, payloads]);
      tellCommitted(channel, payloads);
    },
    transaction: (task) => runTransaction(pool, task, tellCommitted),
    listen: (channel, listener) => {
      const opened = new DatabaseChannel({ config: bounded, channel, listener, log });
      channels.push(opened);
      return opened.open();
    },
    ping: async () => {
      await query('SELECT 1');
    },
    close: () => {
      closing ??= Promise.all([pool.end(), ...channels.map((channel) => channel.close())]).then(
        () => undefined,
      );
      return closing;
    },
  };
};
