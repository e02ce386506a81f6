import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Database, Queryable } from './db.ts';
import type { Logger } from './log.ts';

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/** Any number does, as long as nothing else locks it: two processes that start together migrate one after another. */
const lockKey = 7_210_451_883;

const readMigrations = async (folder: URL): Promise<Migration[]> => {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
};

const assertUnchanged = (known: Map<string, string>, migrations: Migration[]): void => {
  for (const { name, checksum } of migrations) {
    const applied = known.get(name);
    if (applied !== undefined && applied !== checksum) {
      throw new Error(
        `Migration ${name} was changed after it ran. Restore it, and add a new file for the change.`,
      );
    }
  }
  const files = new Set(migrations.map(({ name }) => name));
  const missing = [...known.keys()].filter((name) => !files.has(name));
  if (missing.length > 0) {
    throw new Error(
      `The database is newer than this program (it knows ${missing.join(', ')}). Update the program.`,
    );
  }
};

const apply = async (tx: Queryable, migration: Migration): Promise<void> => {
  await tx.query(migration.sql);
  await tx.query('INSERT INTO schema_migrations (name, checksum) VALUES ($1, $2)', [
    migration.name,
    migration.checksum,
  ]);
};

/**
 * Brings the schema up to date, forward only, all or nothing.
 * @returns the names of the migrations that ran.
 */
export const migrate = (db: Database, folder: URL, log: Logger): Promise<string[]> =>
  db.transaction(async (tx) => {
    // Waiting for another process, or building an index, may take longer than a query is given.
    await tx.query('SET LOCAL statement_timeout = 0');
    await tx.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
    await tx.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
    const migrations = await readMigrations(folder);
    const rows = await tx.query<{ name: string; checksum: string }>(
      'SELECT name, checksum FROM schema_migrations',
    );
    const known = new Map(rows.map((row) => [row.name, row.checksum]));
    assertUnchanged(known, migrations);
    const pending = migrations.filter(({ name }) => !known.has(name));
    for (const migration of pending) {
      await apply(tx, migration);
      log.info({ migration: migration.name }, 'migration applied');
    }
    return pending.map(({ name }) => name);
  });
