import { AppError } from '@boltorezka/protocol';
import { Pool, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg';
import { DatabaseChannel, type DatabaseListener } from './db-channel.ts';
import { CommitInDoubtError, toDatabaseError } from './db-errors.ts';
import { UnansweredCommits } from './db-unanswered.ts';
import type { Logger } from './log.ts';

/** What a repository needs: parameterised SQL in, rows out. */
export interface Queryable {
  query<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Tells whoever listens to the channel, once what is done here is committed, and never where it is not. */
  notify(channel: string, payloads: string[]): Promise<void>;
}

export interface Database extends Queryable {
  /**
   * Runs `task` in one transaction; what it throws rolls back.
   * @throws CommitInDoubtError where it may be done all the same.
   */
  transaction<T>(task: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Hears what is notified on a channel, over a connection of its own. What is notified while that is lost is not heard:
   * `onOpened` tells that it stands, for the first time or again.
   */
  listen(channel: string, listener: DatabaseListener): Promise<void>;
  /**
   * Told when something may have been committed though its transaction failed with `Unavailable`: the COMMIT had no answer,
   * and what became of it is decided by now. @returns what ends that.
   */
  onUnanswered(listener: () => void): () => void;
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

interface TransactionNews {
  /** Tells this process of what it has committed itself, without a round trip. */
  tellCommitted(channel: string, payloads: string[]): void;
  /** This process of the database was to commit, and has not answered. */
  onUnanswered(pid: number): void;
}

/** `pg` knows it, and its types do not. */
const pidOf = (client: PoolClient & { processID?: number | null }): number => client.processID ?? 0;

type Notified = Parameters<TransactionNews['tellCommitted']>;

const createTx = (client: PoolClient, notified: Notified[]): Queryable => ({
  query: (sql, values) => run(client, sql, values),
  notify: async (channel, payloads) => {
    await run(client, notifySql, [channel, payloads]);
    notified.push([channel, payloads]);
  },
});

const runTransaction = async <T>(
  pool: Pool,
  task: (tx: Queryable) => Promise<T>,
  { tellCommitted, onUnanswered }: TransactionNews,
): Promise<T> => {
  const client = await pool.connect().catch((error: unknown) => {
    throw toDatabaseError(error);
  });
  const notified: Notified[] = [];
  const tx = createTx(client, notified);
  let [broken, isCommitting] = [false, false];
  try {
    await tx.query('BEGIN');
    const result = await task(tx);
    isCommitting = true;
    await tx.query('COMMIT');
    for (const [channel, payloads] of notified) tellCommitted(channel, payloads);
    return result;
  } catch (error) {
    // A connection that is lost rolls back by itself; one that hangs would only make everybody wait once more.
    const away = error instanceof AppError && error.code === 'Unavailable' ? error : undefined;
    broken = away !== undefined;
    if (!away)
      await tx.query('ROLLBACK').catch(() => {
        broken = true;
      });
    else if (isCommitting) {
      onUnanswered(pidOf(client));
      throw new CommitInDoubtError(away);
    }
    throw error;
  } finally {
    client.release(broken);
  }
};

const selectAlive = async (query: Queryable['query'], pids: number[]): Promise<number[]> => {
  const rows = await query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE pid = ANY($1::int[])', [
    pids,
  ]);
  return rows.map(({ pid }) => pid);
};

const openPool = (config: PoolConfig, log: Logger): Pool => {
  const pool = new Pool({ max: 10, ...config });
  // Lost between two queries, or with the very packet that hands it out, a connection tells nobody else, and an error that
  // nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => {}));
  // An idle connection that breaks is replaced by the pool; unheard, the event would end the process.
  pool.on('error', ({ name, message, stack }) =>
    // Not the error itself: `pg` hangs the client on it, with the address and the user in it.
    log.warn({ err: { type: name, message, stack } }, 'idle database connection lost'),
  );
  return pool;
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
  const pool = openPool(bounded, log);
  const channels: DatabaseChannel[] = [];
  const query: Queryable['query'] = (sql, values) =>
    run(pool as unknown as Pick<PoolClient, 'query'>, sql, values);
  const tellCommitted: TransactionNews['tellCommitted'] = (channel, payloads) => {
    for (const payload of payloads) for (const one of channels) one.tellCommitted(channel, payload);
  };
  const unanswered = new UnansweredCommits({ selectAlive: (pids) => selectAlive(query, pids), log });
  const onUnanswered = (pid: number) => unanswered.add(pid);
  let closing: Promise<void> | undefined;
  return {
    query,
    notify: async (channel, payloads) => {
      await query(notifySql, [channel, payloads]);
      tellCommitted(channel, payloads);
    },
    transaction: (task) => runTransaction(pool, task, { tellCommitted, onUnanswered }),
    onUnanswered: (listener) => unanswered.onDecided(listener),
    listen: (channel, listener) => {
      const opened = new DatabaseChannel({ config: bounded, channel, listener, log });
      channels.push(opened);
      return opened.open();
    },
    ping: async () => {
      await query('SELECT 1');
    },
    close: () => {
      unanswered.close();
      closing ??= Promise.all([pool.end(), ...channels.map((channel) => channel.close())]).then(
        () => undefined,
      );
      return closing;
    },
  };
};
