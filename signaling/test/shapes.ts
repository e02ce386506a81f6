import { findFreePorts } from '../../media/test/ports.ts';
import { openDistantMedia } from '../src/open-media.ts';
import { createRedisBus } from '../src/platform/bus-redis.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { endProcess } from './processes.ts';
import { startRedis } from './redis.ts';
import { register } from './rest.ts';
import { mediaSecret, startMediaProcess } from './start-media.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './start-server.ts';
import { openSocket } from './test-socket.ts';

/** How Boltorezka may run. What people see of it is the same, and so are the tests of that. */
export const shapes = ['one process', 'two signaling and two media processes'] as const;
export type Shape = (typeof shapes)[number];

type ShapeOptions = Pick<TestServerOptions, 'mediaWorkers' | 'seatGraceMs'>;

export const startShape = (shape: Shape, options: ShapeOptions = {}): Promise<TestServer> =>
  shape === 'one process' ? startTestServer(options) : startManyProcesses(options);

/** Redis, with media nodes that have registered in it. */
const startNodes = async (workers: number) => {
  const redisPort = await findFreePorts();
  const redisUrl = `redis://127.0.0.1:${redisPort}`;
  const redis = await startRedis(redisPort);
  const env = { REDIS_URL: redisUrl, MEDIA_WORKERS: String(workers) };
  const nodes = await Promise.all([startMediaProcess(env), startMediaProcess(env)]);
  const close = async () => {
    for (const { child } of nodes) await endProcess(child);
    await endProcess(redis);
  };
  return { redisUrl, close };
};

/** The two signaling servers are in this process, with nothing in common but what two processes have. */
const startSignaling = async (redisUrl: string, database: TestDatabase, seatGraceMs: number | undefined) =>
  startTestServer({
    ...{ database, bus: await createRedisBus(redisUrl, quietLog) },
    ...(seatGraceMs !== undefined && { seatGraceMs }),
    openMedia: (processId) =>
      openDistantMedia(
        { source: { kind: 'directory', redisUrl }, secret: mediaSecret, caFile: undefined },
        { processId, log: quietLog, onOpened: () => {} },
      ),
  });

/** Whoever comes next comes by the other signaling server. */
const startManyProcesses = async ({ mediaWorkers = 1, seatGraceMs }: ShapeOptions): Promise<TestServer> => {
  const [nodes, database] = await Promise.all([startNodes(mediaWorkers), createTestDatabase()]);
  const start = () => startSignaling(nodes.redisUrl, database, seatGraceMs);
  const servers = [await start(), await start()] as const;
  let turns = 0;
  return {
    ...servers[0],
    database,
    urlBeside: ({ ws }) => servers.find(({ url }) => !ws.url.startsWith(url.replace('http', 'ws')))!.url,
    connect: async (name) => {
      const { url } = servers[turns++ % 2]!;
      return openSocket(url, await register(url, { name }));
    },
    close: async () => {
      for (const server of servers) await server.close();
      await nodes.close();
      await database.close();
    },
  };
};
