import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { findFreePorts } from '../../media/test/ports.ts';
import { startEmbeddedPostgres } from '../src/embedded/index.ts';
import { createTemplate } from './database.ts';
import { need, startDebianPostgres } from './debian-postgres.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';

export interface PostgresAddress {
  host: string;
  port: number;
  user: string;
  database: string;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server that ships with the product (18), and Debian's (15). */
    postgres: { embedded: PostgresAddress; debian: PostgresAddress };
    redisUrl: string;
  }
}

const quiet = { info: () => {}, warn: () => {} };

const startSharedRedis = async () => {
  need('/usr/bin/redis-server', 'redis-server');
  const port = await findFreePorts();
  return { child: await startRedis(port), url: `redis://127.0.0.1:${port}` };
};

/** Whoever takes the power from a server starts one of their own: this one need not wait for the disk. */
const forgoDurability = async (superuser: PostgresAddress): Promise<void> => {
  const client = new Client(superuser);
  await client.connect();
  for (const setting of ['fsync', 'full_page_writes'])
    await client.query(`ALTER SYSTEM SET ${setting} = off`);
  await client.query('SELECT pg_reload_conf()');
  await client.end();
};

/** Real servers for the whole run; every test file makes a database of its own on them. */
export default async (project: TestProject) => {
  const root = mkdtempSync(join(tmpdir(), 'boltorezka-test-'));
  // Another user's server keeps its data below this folder.
  execFileSync('chmod', ['711', root]);
  const [embedded, debian, redis] = await Promise.all([
    startEmbeddedPostgres({ dataDir: join(root, 'embedded'), log: quiet }),
    startDebianPostgres(root),
    startSharedRedis(),
  ]);
  // Tests make databases, which the product's own role may not.
  const superuser = { ...embedded.connection, user: 'postgres', database: 'postgres' };
  await forgoDurability(superuser);
  await Promise.all([superuser, debian.address].map(createTemplate));
  project.provide('postgres', { embedded: superuser, debian: debian.address });
  project.provide('redisUrl', redis.url);
  return async () => {
    await Promise.all([embedded.close(), endProcess(debian.child, 'SIGINT'), endProcess(redis.child)]);
    rmSync(root, { recursive: true, force: true });
  };
};
