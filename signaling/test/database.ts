import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { inject } from 'vitest';
import { createDatabase, type Database } from '../src/platform/db.ts';
import { migrate } from '../src/platform/migrate.ts';
import type { PostgresAddress } from './global-setup.ts';
import { quietLog } from './log.ts';

export type PostgresKind = 'embedded' | 'debian';

export interface TestDatabase {
  db: Database;
  address: PostgresAddress;
  /** Drops the database. */
  close(): Promise<void>;
}

export const migrations = new URL('../migrations/', import.meta.url);

const runOnServer = async (address: PostgresAddress, sql: string): Promise<void> => {
  const client = new Client(address);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};

/** Names what {@link createTestDatabase} copies: migrating each anew would take longer than many a file's tests. */
const template = 'migrated';

/** Once for a server and a run. */
export const createTemplate = async (server: PostgresAddress): Promise<void> => {
  await runOnServer(server, `CREATE DATABASE ${template}`);
  const db = createDatabase({ ...server, database: template }, quietLog);
  await migrate(db, migrations, quietLog);
  await db.close();
};

/** A database of its own for one test file, migrated: as far as another folder goes, where one is given. */
export const createTestDatabase = async (
  kind: PostgresKind = 'embedded',
  folder?: URL,
): Promise<TestDatabase> => {
  const server = inject('postgres')[kind];
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runOnServer(server, `CREATE DATABASE ${name}${folder ? '' : ` TEMPLATE ${template}`}`);
  const address = { ...server, database: name };
  const db = createDatabase(address, quietLog);
  if (folder) await migrate(db, folder, quietLog);
  return {
    db,
    address,
    close: async () => {
      await db.close();
      await runOnServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
};
