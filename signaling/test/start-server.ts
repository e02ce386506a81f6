import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createMediaNode } from '@boltorezka/media';
import type { AuthResult, MediaPort } from '@boltorezka/protocol';
import { findFreePorts } from '../../media/test/ports.ts';
import { type Config, readConfig } from '../src/config.ts';
import type { Bus } from '../src/platform/bus.ts';
import { createLocalBus } from '../src/platform/bus-local.ts';
import type { SharedCounter } from '../src/platform/redis-counter.ts';
import type { PreviewWeb } from '../src/previews/index.ts';
import { createServer } from '../src/server.ts';
import { createTestDatabase, type PostgresKind, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { register } from './rest.ts';
import { roomyLimits } from './roomy-limits.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

export interface TestServerOptions {
  postgres?: PostgresKind;
  mediaWorkers?: number;
  /** Environment variables, as an operator would set them. */
  env?: Record<string, string>;
  bus?: Bus;
  /** It is the test's to close. */
  counter?: SharedCounter;
  /** Another server's: both are processes of one Boltorezka. It is the other's to close. */
  database?: TestDatabase;
  /** A media node elsewhere, as a process of that name sees it; left out, one in this process. */
  openMedia?: (processId: string) => Promise<MediaPort>;
  seatGraceMs?: number;
  /** Where pages that messages name may be. */
  web?: PreviewWeb;
  /** Whoever signs up first administers the server. */
  makesFirstAdministrator?: boolean;
  /** Serve the built web client. */
  page?: boolean;
}

export interface TestServer {
  url: string;
  config: Config;
  media: MediaPort;
  database: TestDatabase;
  register(name?: string): Promise<AuthResult>;
  makeSetupCode(): Promise<string | undefined>;
  /** Where the same person may come by as well, at another process where there is one. */
  urlBeside(socket: TestSocket): string;
  /** A person with an open socket that has been greeted. */
  connect(name?: string): Promise<TestSocket>;
  close(): Promise<void>;
}

/** The least that argon2 takes: hashing by OWASP's cost would be an eighth of what the suites compute. */
const passwordCost = { memoryKib: 8, passes: 1 };

const pageRoot = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** The whole server in this process: real database, real media workers, real sockets. */
export const startTestServer = async (options: TestServerOptions = {}): Promise<TestServer> => {
  const { postgres = 'embedded', mediaWorkers = 1, env = {}, bus = createLocalBus(), page = false } = options;
  if (page && !existsSync(pageRoot)) throw new Error('web/dist is missing: run npm run setup first');
  const mediaPort = await findFreePorts(mediaWorkers);
  const dataDir = await mkdtemp(join(tmpdir(), 'boltorezka-test-'));
  const config = readConfig({
    ...roomyLimits,
    DATA_DIR: dataDir,
    // No test asks the internet for a page.
    LINK_PREVIEWS: 'off',
    MEDIASOUP_WORKER_BIN: process.env.MEDIASOUP_WORKER_BIN,
    MEDIA_PORT: String(mediaPort),
    MEDIA_WORKERS: String(mediaWorkers),
    PORT: String(await findFreePorts()),
    ...env,
  });
  const database = options.database ?? (await createTestDatabase(postgres));
  const processId = randomUUID();
  const media =
    (await options.openMedia?.(processId)) ?? (await createMediaNode({ ...config.media, log: quietLog }));
  const server = await createServer({
    processId,
    config,
    jwtSecret: 'a secret for tests alone, long enough',
    db: database.db,
    bus,
    counter: options.counter,
    media,
    log: quietLog,
    web: options.web,
    pageRoot: page ? pageRoot : undefined,
    passwordCost,
    makesFirstAdministrator: options.makesFirstAdministrator ?? false,
    ...(options.seatGraceMs === undefined ? {} : { seatGraceMs: options.seatGraceMs }),
  });
  const url = `http://127.0.0.1:${await server.listen()}`;
  return {
    url,
    urlBeside: () => url,
    config,
    media,
    database,
    register: (name) => register(url, { name }),
    makeSetupCode: () => server.makeSetupCode(),
    connect: async (name) => openSocket(url, await register(url, { name })),
    close: async () => {
      await server.close();
      await Promise.all([media.close(), bus.close()]);
      if (!options.database) await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
};
