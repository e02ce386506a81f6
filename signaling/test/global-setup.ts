import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../src/embedded/index.ts';
import { findFreePorts } from './ports.ts';
import { endProcess, startUntil } from './processes.ts';
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

const debianBinaries = '/usr/lib/postgresql/15/bin';

const need = (path: string, packageName: string): void => {
  if (!existsSync(path))
    throw new Error(`${path} is missing. Run npm test, or install the package ${packageName}.`);
};

/** PostgreSQL refuses root: as root it runs as `postgres`, the user that Debian's package makes. */
const unprivileged = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
};

const startDebianPostgres = async (root: string) => {
  need(`${debianBinaries}/postgres`, 'postgresql-15');
  const user = unprivileged();
  const data = join(root, 'debian');
  mkdirSync(data, { mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(data, user.uid, user.gid);
  const initdb = [
    `${data}/cluster`,
    '-U',
    'test',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ];
  execFileSync(`${debianBinaries}/initdb`, ['-D', ...initdb], { ...user, cwd: '/', stdio: 'ignore' });
  const port = await findFreePorts();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
    'fsync=off',
  ];
  const child = await startUntil(
    [
      `${debianBinaries}/postgres`,
      '-D',
      `${data}/cluster`,
      ...settings.flatMap((setting) => ['-c', setting]),
    ],
    (output) => output.includes('ready to accept connections'),
    { ...user, cwd: '/', env: { LC_ALL: 'C' } },
  );
  return { child, address: { host: '127.0.0.1', port, user: 'test', database: 'postgres' } };
};

const startSharedRedis = async () => {
  need('/usr/bin/redis-server', 'redis-server');
  const port = await findFreePorts();
  return { child: await startRedis(port), url: `redis://127.0.0.1:${port}` };
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
  project.provide('postgres', { embedded: superuser, debian: debian.address });
  project.provide('redisUrl', redis.url);
  return async () => {
    await Promise.all([embedded.close(), endProcess(debian.child, 'SIGINT'), endProcess(redis.child)]);
    rmSync(root, { recursive: true, force: true });
  };
};
