import { randomUUID } from 'node:crypto';
import { createNodeDirectory } from '@boltorezka/media';
import { mediaDirectoryKeys } from '@boltorezka/protocol';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../media/test/ports.ts';
import { createMediaDirectory } from '../src/media-directory/index.ts';
import { startLoadingRedis } from './loading-redis.ts';
import { quietLog } from './log.ts';
import { createKeeper } from './media-link-rig.ts';
import { endProcess } from './processes.ts';
import { lookIntoRedis, startRedis } from './redis.ts';
import { startTcpProxy } from './tcp-proxy.ts';

describe('the directory of media nodes in Redis', () => {
  const { keep, closeAll } = createKeeper();
  let server: Awaited<ReturnType<typeof startRedis>>;
  let redis: Redis;
  let port: number;
  beforeAll(async () => {
    port = await findFreePorts();
    server = await startRedis(port);
    redis = lookIntoRedis(`redis://127.0.0.1:${port}`);
  });
  afterAll(async () => {
    redis.disconnect();
    await endProcess(server);
  });
  beforeEach(() => redis.flushall());
  afterEach(closeAll);

  it('keeps a room with its people where all of Redis’ data is lost, and the other node registered first', async () => {
    const directory = keep(
      await createMediaDirectory({ redisUrl: `redis://127.0.0.1:${port}`, log: quietLog }),
    );
    const [home, other] = [randomUUID(), randomUUID()];
    await redis.set(mediaDirectoryKeys.node(other), '{}');
    const roomId = randomUUID();
    expect(await directory.claimRoom(roomId, { peopled: [home], others: [other] })).toMatchObject({
      nodeId: home,
    });
    expect(await directory.claimRoom(roomId, { peopled: [], others: [other] })).toMatchObject({
      nodeId: other,
    });
  });

  it('is given up in time where Redis is there and does nothing but load its data', async () => {
    const loading = await startLoadingRedis();
    try {
      const redisUrl = `redis://127.0.0.1:${loading.port}`;
      await expect(createMediaDirectory({ redisUrl, log: quietLog })).rejects.toThrow('does not answer');
    } finally {
      await loading.close();
    }
  });

  it('is not opened where Redis lets nobody in', async () => {
    const lockedPort = await findFreePorts();
    const locked = await startRedis(lockedPort, '--requirepass', 'another');
    const redisUrl = `redis://:wrong@127.0.0.1:${lockedPort}`;
    await expect(createMediaDirectory({ redisUrl, log: quietLog })).rejects.toThrow(/WRONGPASS/);
    await endProcess(locked);
  });

  it('is told of the rooms again by a node that could not know whether its record had lapsed', async () => {
    const proxy = keep(await startTcpProxy(port));
    const nodeId = randomUUID();
    const directory = keep(
      await createNodeDirectory({
        redisUrl: `redis://127.0.0.1:${proxy.port}`,
        node: { nodeId, url: 'ws://127.0.0.1:1', startedAt: new Date().toISOString() },
        readLoad: async () => ({ rooms: 0, peers: 0 }),
        log: quietLog,
      }),
    );
    const roomId = randomUUID();
    directory.hold(roomId, undefined);
    directory.register();
    await expect.poll(() => redis.get(mediaDirectoryKeys.room(roomId))).toContain(nodeId);
    const lost = new Promise<string[]>((resolve) => directory.onLost(resolve));
    const record = mediaDirectoryKeys.node(nodeId);
    // Redis does what it is asked, and its answers do not arrive.
    proxy.pause('to-client');
    await expect.poll(() => redis.exists(record), { timeout: 10_000 }).toBe(0);
    const other = randomUUID();
    await redis.set(mediaDirectoryKeys.node(other), '{}');
    await redis.set(mediaDirectoryKeys.room(roomId), `${other} 9999999999999999`);
    // As if written by a request whose answer was given up.
    await redis.set(record, '{}');
    proxy.cut();
    expect(await lost).toEqual([roomId]);
  });
});
