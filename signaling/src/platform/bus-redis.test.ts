import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { findFreePorts } from '../../../media/test/ports.ts';
import { quietLog } from '../../test/log.ts';
import { endProcess } from '../../test/processes.ts';
import { startRedis } from '../../test/redis.ts';
import type { Bus } from './bus.ts';
import { createRedisBus } from './bus-redis.ts';

let redis: ChildProcess;
let buses: Bus[] = [];
afterEach(async () => {
  await Promise.all(buses.map((bus) => bus.close()));
  buses = [];
  redis.kill('SIGCONT');
  await endProcess(redis);
});

const openTwo = async (port: number): Promise<[Bus, Bus]> => {
  const url = `redis://127.0.0.1:${port}`;
  const pair = [await createRedisBus(url, quietLog), await createRedisBus(url, quietLog)] as [Bus, Bus];
  buses = pair;
  return pair;
};

describe('the redis bus through an outage', () => {
  it('serves its own process meanwhile, and carries old and new topics again afterwards', async () => {
    const port = await findFreePorts();
    redis = await startRedis(port);
    const [here, there] = await openTwo(port);
    const [older, newer] = [randomUUID(), randomUUID()];
    const heard: string[] = [];
    await here.subscribe(older, ({ frame }) => heard.push(`older ${frame}`));
    await endProcess(redis, 'SIGKILL');
    await expect.poll(() => here.ping().catch(() => 'away')).toBe('away');
    await here.subscribe(newer, ({ frame }) => heard.push(`newer ${frame}`)).catch(() => {});
    here.publish({ topic: newer, frame: Buffer.from('at home') });
    await expect.poll(() => heard).toEqual(['newer at home']);

    redis = await startRedis(port);
    for (const bus of [here, there]) {
      await expect
        .poll(
          () =>
            bus.ping().then(
              () => 'back',
              () => 'away',
            ),
          { timeout: 10_000 },
        )
        .toBe('back');
    }
    const say = async (topic: string, text: string, expected: string) => {
      // The subscriber's connection may come back a moment after the publisher's.
      await expect
        .poll(
          () => {
            there.publish({ topic, frame: Buffer.from(text) });
            return heard.includes(expected);
          },
          { timeout: 10_000 },
        )
        .toBe(true);
    };
    await say(older, 'again', 'older again');
    await say(newer, 'as well', 'newer as well');
  }, 40_000);

  it.each(['is not there', 'hangs'])(
    'is opened while Redis %s, and carries its topics afterwards',
    async (how) => {
      const port = await findFreePorts();
      if (how === 'hangs') {
        redis = await startRedis(port);
        redis.kill('SIGSTOP');
      }
      const [here, there] = await openTwo(port);
      const topic = randomUUID();
      const heard: string[] = [];
      await here.subscribe(topic, ({ frame }) => heard.push(frame.toString()));
      here.publish({ topic, frame: Buffer.from('at home') });
      await expect.poll(() => heard).toEqual(['at home']);
      const restored = Promise.all(
        [here, there].map((bus) => new Promise<void>((resolve) => bus.onRestored(resolve))),
      );
      if (how === 'hangs') redis.kill('SIGCONT');
      else redis = await startRedis(port);
      await restored;
      there.publish({ topic, frame: Buffer.from('from there') });
      await expect.poll(() => heard).toEqual(['at home', 'from there']);
    },
    20_000,
  );

  it('is not opened where Redis lets nobody in', async () => {
    const port = await findFreePorts();
    redis = await startRedis(port, '--requirepass', 'another');
    for (const who of ['', ':wrong@'])
      await expect(createRedisBus(`redis://${who}127.0.0.1:${port}`, quietLog)).rejects.toThrow(
        /NOAUTH|WRONGPASS/,
      );
  });

  it('does not hang whoever subscribes while Redis hangs', async () => {
    const port = await findFreePorts();
    redis = await startRedis(port);
    const [here] = await openTwo(port);
    redis.kill('SIGSTOP');
    await expect(here.subscribe(randomUUID(), () => {})).rejects.toThrow(/timed out/i);
  });

  it.each(['SIGSTOP', 'SIGKILL'] as const)(
    'says that it hears the others again after a %s, once every topic is renewed',
    async (signal) => {
      const port = await findFreePorts();
      redis = await startRedis(port);
      const [here, there] = await openTwo(port);
      const topic = randomUUID();
      const heard: string[] = [];
      await here.subscribe(topic, ({ frame }) => heard.push(frame.toString()));
      const restored = Promise.all(
        [here, there].map((bus) => new Promise<void>((resolve) => bus.onRestored(resolve))),
      );
      const away = expect.poll(() => there.mayBeRead('nobody here reads it'), { timeout: 10_000 });
      redis.kill(signal);
      await away.toBe(false);
      // Neither kept for later, nor waited for.
      there.publish({ topic, frame: Buffer.from('lost') });
      if (signal === 'SIGSTOP') redis.kill('SIGCONT');
      else redis = await startRedis(port);
      await restored;
      there.publish({ topic, frame: Buffer.from('heard') });
      await expect.poll(() => heard).toEqual(['heard']);
    },
    20_000,
  );

  it('takes no notice of what others write into its channels', async () => {
    const port = await findFreePorts();
    redis = await startRedis(port);
    const [here, there] = await openTwo(port);
    const topic = randomUUID();
    const heard: string[] = [];
    await here.subscribe(topic, ({ frame }) => heard.push(frame.toString()));
    const position = { seq: -1, epoch: 'x' };
    const { Redis } = await import('ioredis');
    const stranger = new Redis(`redis://127.0.0.1:${port}`);
    for (const text of [
      '',
      'no header',
      '{"from":1}\nx',
      `${JSON.stringify({ from: 'x', position })}\nx`,
      '\n\n',
    ])
      await stranger.publish(`boltorezka:v1:${topic}`, text);
    stranger.disconnect();
    there.publish({ topic, frame: Buffer.from('ours') });
    await expect.poll(() => heard).toEqual(['ours']);
  });
});
