import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { findFreePorts } from '../../media/test/ports.ts';
import { startUntil } from './processes.ts';

const debianBinaries = '/usr/lib/postgresql/15/bin';

export const need = (path: string, packageName: string): void => {
  if (!existsSync(path))
    throw new Error(`${path} is missing. Run npm test, or install the package ${packageName}.`);
};

/** PostgreSQL refuses root: as root it runs as `postgres`, the user that Debian's package makes. */
const unprivileged = (): { uid?: number; gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
};

/** A cluster's folder, whose owner the server runs as. */
const initialize = (data: string, user: { uid?: number; gid?: number }): void => {
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
};

export interface DebianPostgresOptions {
  /** What is committed is on the disk: for whoever kills the server. */
  isDurable?: boolean;
}

/** @param root a folder that other users may enter. */
export const startDebianPostgres = async (
  root: string,
  { isDurable = false }: DebianPostgresOptions = {},
) => {
  need(`${debianBinaries}/postgres`, 'postgresql-15');
  const user = unprivileged();
  const data = join(root, 'debian');
  initialize(data, user);
  const port = await findFreePorts();
  const settings = [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
    `fsync=${isDurable ? 'on' : 'off'}`,
  ];
  const start = () =>
    startUntil(
      [
        `${debianBinaries}/postgres`,
        '-D',
        `${data}/cluster`,
        ...settings.flatMap((setting) => ['-c', setting]),
      ],
      (output) => output.includes('ready to accept connections'),
      { ...user, cwd: '/', env: { LC_ALL: 'C' } },
    );
  return {
    child: await start(),
    address: { host: '127.0.0.1', port, user: 'test', database: 'postgres' },
    /** Another server with the same data, where the former one has ended. */
    startAgain: start,
  };
};

/** Ends every connection to the server but the one that does it, as an administrator would. */
export const terminateConnections = async (url: string): Promise<void> => {
  const client = new Client(url);
  await client.connect();
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL',
  );
  await client.end();
};
