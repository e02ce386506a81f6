import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError, type MediaPort } from '@boltorezka/protocol';
import { keepCertificate, lanAddresses } from './certificate.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import {
  acquireDataDirLock,
  DataDirInUseError,
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from './embedded/index.ts';
import { openDistantMedia } from './open-media.ts';
import type { Bus } from './platform/bus.ts';
import { createLocalBus } from './platform/bus-local.ts';
import { createRedisBus } from './platform/bus-redis.ts';
import { createDatabase, type Database } from './platform/db.ts';
import { createLogger, type Logger } from './platform/log.ts';
import { migrate } from './platform/migrate.ts';
import { createRedisCounter, type SharedCounter } from './platform/redis-counter.ts';
import { keepSecret } from './secrets.ts';
import { createServer } from './server.ts';
import { nameOf, refusing, StartError, unreachable } from './start-error.ts';

/** The order of closing, whatever the order in which things came up. docs/closing.md says why. */
const closingOrder = ['signaling', 'media', 'bus', 'database', 'postgres', 'lock'] as const;
type ClosingStep = (typeof closingOrder)[number];

/** What was opened, and how to close it. */
class Closers {
  readonly #steps = new Map<ClosingStep, () => Promise<void>>();
  readonly #log: Logger;
  #closing: Promise<void> | undefined;

  constructor(log: Logger) {
    this.#log = log;
  }

  add(step: ClosingStep, close: () => Promise<void>): void {
    this.#steps.set(step, close);
  }

  close(): Promise<void> {
    this.#closing ??= this.#closeAll();
    return this.#closing;
  }

  async #closeAll(): Promise<void> {
    for (const step of closingOrder) {
      try {
        await this.#steps.get(step)?.();
      } catch (error) {
        this.#log.error({ err: error, step }, 'could not be closed in order');
      }
    }
  }
}

/** The promise of the runtime contract is ten seconds; what hangs is given up before. */
const shutdownDeadlineMs = 9_000;

const explainUnreachable = (error: unknown, variable: string, url: string | undefined): unknown =>
  url !== undefined && error instanceof AppError && error.code === 'Unavailable'
    ? new StartError(unreachable(variable, url), { cause: error })
    : error;

interface Shell {
  /** Fires with the first wish to stop. */
  stopping: AbortController;
  /** Names this process to media nodes. */
  processId: string;
  config: Config;
  log: Logger;
  closers: Closers;
}

const openDatabase = async ({ config, log, closers }: Shell, onLost: () => void): Promise<Database> => {
  const open = async () => {
    if (config.databaseUrl !== undefined) return { connectionString: config.databaseUrl };
    const embedded = await startEmbeddedPostgres({
      dataDir: config.dataDir,
      ...(process.env.XDG_RUNTIME_DIR ? { runtimeRoot: process.env.XDG_RUNTIME_DIR } : {}),
      log,
      onExit: (exit) => {
        log.fatal({ ...exit }, 'the embedded PostgreSQL ended; stopping, the next start repairs it');
        onLost();
      },
    });
    closers.add('postgres', () => embedded.close());
    return embedded.connection;
  };
  const connection = await open();
  const migrator = createDatabase({ ...connection, max: 1, query_timeout: 0 }, log);
  await migrator
    .ping()
    .then(() => migrate(migrator, new URL('../migrations/', import.meta.url), log))
    .catch((error: unknown) => {
      throw explainUnreachable(error, 'DATABASE_URL', config.databaseUrl);
    })
    .finally(() => migrator.close());
  const db = createDatabase(connection, log);
  closers.add('database', () => db.close());
  return db;
};

/** What this process has in common with others of its kind. */
const openBus = async ({
  config,
  log,
  closers,
}: Shell): Promise<{ bus: Bus; counter: SharedCounter | undefined }> => {
  const { redisUrl } = config;
  if (redisUrl === undefined) {
    const bus = createLocalBus();
    closers.add('bus', () => bus.close());
    return { bus, counter: undefined };
  }
  const bus = await createRedisBus(redisUrl, log).catch((error: unknown) => {
    throw new StartError(refusing('REDIS_URL', redisUrl), { cause: error });
  });
  await bus.ping().catch(() => {
    const text = `${nameOf('REDIS_URL', redisUrl)}, which does not answer. Until it does, this process serves its own people, and hears nothing of others.`;
    console.warn(text);
  });
  const counter = createRedisCounter(redisUrl, log);
  closers.add('bus', async () => {
    counter.close();
    await bus.close();
  });
  return { bus, counter };
};

const openMedia = async ({ processId, config, stopping, log, closers }: Shell): Promise<MediaPort> => {
  const onOpened = (media: MediaPort) => closers.add('media', () => media.close());
  if (config.mediaLink) return openDistantMedia(config.mediaLink, { processId, log, onOpened });
  // Loaded here alone, and lazily: a signaling process that is split from media ships without mediasoup.
  const { createMediaNode } = await import('@boltorezka/media');
  const media = await createMediaNode({
    ...config.media,
    stopping: stopping.signal,
    log: log.child({ part: 'media' }),
  });
  onOpened(media);
  return media;
};

const findPage = (): string | undefined => {
  const root = fileURLToPath(new URL('../../web/dist', import.meta.url));
  return existsSync(root) ? root : undefined;
};

/** Where a browser finds it: on a wildcard every address of the machine, else the one that was asked for. */
const addressesOf = (host: string): string[] => {
  if (host === '127.0.0.1' || host === 'localhost' || host === '::1') return ['localhost'];
  const named = host === '::' || host === '0.0.0.0' ? ['localhost', ...lanAddresses()] : [host];
  return named.map((address) => (address.includes(':') ? `[${address}]` : address));
};

/** @param setupCode where nobody administers the server yet. It is printed as the addresses are, and goes through no logger. */
const announce = (config: Config, port: number, setupCode: string | undefined): void => {
  const scheme = config.lan ? 'https' : 'http';
  const urls = addressesOf(config.host).map((address) => `${scheme}://${address}:${port}`);
  console.log(`\nBoltorezka is ready. Open ${urls.join('\n  or ')}`);
  if (config.lan) console.log('Browsers warn about the certificate until it is accepted: it is made here.');
  if (setupCode !== undefined) {
    console.log(
      '\nNobody administers this server yet. Who signs up first at this machine will; from elsewhere, open',
    );
    console.log(`  ${urls.at(-1)}/invite#${setupCode}`);
  }
  console.log('');
};

/** @param started settles when the start has: what is still being opened cannot be closed. */
const stopOnSignals = (
  { stopping, log, closers }: Shell,
  started: Promise<unknown>,
): ((exitCode: number) => void) => {
  const stop = (exitCode: number) => {
    if (stopping.signal.aborted) return;
    stopping.abort();
    setTimeout(() => {
      log.fatal('stopping took too long; giving up');
      process.exit(1);
    }, shutdownDeadlineMs).unref();
    void Promise.allSettled([started])
      .then(() => closers.close())
      .then(() => process.exit(exitCode));
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      log.info({ signal }, 'stopping');
      stop(0);
    });
  }
  return stop;
};

/** As `Promise.all`, but it waits for all: what opened beside a failure must be known, to be closed. */
const allOrFirstError = async <A, B, C>(tasks: [Promise<A>, Promise<B>, Promise<C>]): Promise<[A, B, C]> => {
  await Promise.allSettled(tasks);
  return Promise.all(tasks);
};

const run = async (shell: Shell, stop: (exitCode: number) => void): Promise<void> => {
  const { config, log, closers } = shell;
  const lock = await acquireDataDirLock(config.dataDir);
  closers.add('lock', () => lock.release());
  const [db, { bus, counter }, media] = await allOrFirstError([
    openDatabase(shell, () => stop(1)),
    openBus(shell),
    openMedia(shell),
  ]);
  const server = await createServer({
    processId: shell.processId,
    config,
    jwtSecret: config.jwtSecret ?? (await keepSecret(config.dataDir, 'jwt-secret')),
    db,
    bus,
    counter,
    media,
    log,
    certificate: config.lan ? await keepCertificate(config.dataDir, lanAddresses()) : undefined,
    pageRoot: findPage(),
  });
  closers.add('signaling', () => server.close());
  announce(config, await server.listen(), await server.makeSetupCode());
};

/** Failures that a person can mend are one line; anything else is a defect and shown whole. */
const explain = (error: unknown): string => {
  const mendable = [ConfigError, DataDirInUseError, EmbeddedPostgresError, StartError];
  if (mendable.some((kind) => error instanceof kind)) return (error as Error).message;
  if (!(error instanceof Error)) return String(error);
  if (/EADDRINUSE|address already in use/.test(error.message)) {
    return `${error.message}. Another program has the port: stop it, or set PORT (and MEDIA_PORT) to a free one.`;
  }
  if ('code' in error && ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(String(error.code))) {
    return `${error.message}. DATA_DIR must be a folder that this user may write to, with space left.`;
  }
  return error.stack ?? error.message;
};

const start = async (): Promise<void> => {
  const config = readConfig(process.env, process.argv.slice(2));
  const log = createLogger(config.logLevel, { isTerminal: process.stdout.isTTY });
  const closers = new Closers(log);
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'unhandled rejection'));
  const { promise: started, resolve: markStarted } = Promise.withResolvers<void>();
  const shell = { processId: randomUUID(), config, stopping: new AbortController(), log, closers };
  try {
    await run(shell, stopOnSignals(shell, started)).finally(markStarted);
  } catch (error) {
    await closers.close();
    throw error;
  }
};

start().catch((error: unknown) => {
  console.error(`\nBoltorezka could not start.\n${explain(error)}\n`);
  process.exit(1);
});
