import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Context } from '../../setup/context.mjs';
import { SetupError } from '../../setup/errors.mjs';
import type { Service } from './compose.ts';
import { type Daemon, startDaemon } from './daemon.ts';

const POSTGRES_FOLDER = '/usr/lib/postgresql';
const HEALTHY_WITHIN_MS = 60_000;

export interface StandInOptions {
  service: Service;
  /** Where the container reaches it. */
  address: string;
  /** For all that it writes. */
  folder: string;
}

/** The distribution's PostgreSQL, made and started as its image does by the same variables. */
export const startPostgres = async (ctx: Context, options: StandInOptions): Promise<Daemon> => {
  const { service, address, folder } = options;
  const version = readdirSync(POSTGRES_FOLDER).sort().at(-1) ?? '';
  const bin = (name: string) => join(POSTGRES_FOLDER, version, 'bin', name);
  const { POSTGRES_USER: user = 'postgres', POSTGRES_PASSWORD: password = '' } = service.environment ?? {};
  await makeFolder(ctx, folder, 'postgres');
  writeFileSync(join(folder, 'password'), password);
  const data = join(folder, 'data');
  const more = (service.environment?.POSTGRES_INITDB_ARGS ?? '').split(/\s+/).filter(Boolean);
  const files = [`--pgdata=${data}`, `--username=${user}`, `--pwfile=${join(folder, 'password')}`];
  const auth = ['--auth-local=trust', '--auth-host=scram-sha-256', '--encoding=UTF8', '--locale=C.UTF-8'];
  await run(ctx, as('postgres', [bin('initdb'), ...files, ...auth, ...more]));
  writeFileSync(join(data, 'pg_hba.conf'), 'local all all trust\nhost all all all scram-sha-256\n');
  const settings = [`listen_addresses=127.0.0.1,${address}`, `unix_socket_directories=${folder}`];
  const flags = settings.flatMap((setting) => ['-c', setting]);
  const daemon = startDaemon(as('postgres', [bin('postgres'), '-D', data, ...flags]), plainEnv(ctx));
  await untilHealthy(ctx, 'postgres', { daemon, test: ['pg_isready', '--quiet', `--host=${folder}`] });
  const database = service.environment?.POSTGRES_DB ?? user;
  await run(ctx, as('postgres', [bin('createdb'), `--host=${folder}`, `--username=${user}`, database]));
  await untilHealthy(ctx, 'postgres', { daemon, test: testOf(service) });
  return daemon;
};

/** The distribution's Redis, with the command of the compose file. */
export const startRedis = async (ctx: Context, options: StandInOptions): Promise<Daemon> => {
  const { service, address, folder } = options;
  await makeFolder(ctx, folder, 'redis');
  // The image turns the protected mode off as well: who reaches it is a matter of networks.
  const here = ['--bind', '127.0.0.1', address, '--protected-mode', 'no', '--dir', folder];
  const daemon = startDaemon(as('redis', [...(service.command ?? ['redis-server']), ...here]), plainEnv(ctx));
  await untilHealthy(ctx, 'redis', { daemon, test: testOf(service) });
  return daemon;
};

const plainEnv = (ctx: Context): Record<string, string> => ({ PATH: ctx.env.PATH ?? '', LC_ALL: 'C.UTF-8' });

const as = (user: string, command: string[]): string[] => [
  ...['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'],
  ...command,
];

const run = (ctx: Context, [program = '', ...args]: string[]): Promise<void> =>
  ctx.processes.run(program, args, { cwd: '/', env: plainEnv(ctx), logPath: ctx.logPath('image') });

const makeFolder = async (ctx: Context, folder: string, user: string): Promise<void> => {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
  await run(ctx, ['chown', user, folder]);
};

/** The compose file's own health check, without the word that says how it is run. */
const testOf = (service: Service): string[] => service.healthcheck?.test.slice(1) ?? ['true'];

const untilHealthy = async (
  ctx: Context,
  name: string,
  { daemon, test: [program = '', ...args] }: { daemon: Daemon; test: string[] },
): Promise<void> => {
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  for (;;) {
    const { code } = await ctx.processes.capture(program, args, { env: plainEnv(ctx) });
    if (code === 0) return;
    if (daemon.hasExited() || performance.now() > deadline)
      throw new SetupError(`the stand-in for ${name} did not become healthy:\n${daemon.output()}`);
    await delay(50);
  }
};
