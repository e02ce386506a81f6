import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { quietLog } from '../../test/log.ts';
import type { Bus, BusMessage } from './bus.ts';
import { createLocalBus } from './bus-local.ts';
import { createRedisBus } from './bus-redis.ts';

const kinds: Record<string, () => Promise<Bus>> = {
  local: async () => createLocalBus(),
  redis: () => createRedisBus(inject('redisUrl'), quietLog),
};

const open: Bus[] = [];
const openBus = async (kind: string): Promise<Bus> => {
  const bus = await kinds[kind]!();
  open.push(bus);
  return bus;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((bus) => bus.close()));
});

/** Collects what arrives, and resolves when so many have. */
const collect = (count: number) => {
  const messages: BusMessage[] = [];
  const { promise, resolve } = Promise.withResolvers<BusMessage[]>();
  const listener = (message: BusMessage) => {
    messages.push(message);
    if (messages.length === count) resolve(messages);
  };
  return { messages, listener, all: promise };
};

const frame = (text: string) => Buffer.from(text);

describe.each(Object.keys(kinds))('the %s bus', (kind) => {
  it('delivers to a subscriber in the order of publishing, after the publisher has gone on', async () => {
    const bus = await openBus(kind);
    const topic = randomUUID();
    const inbox = collect(3);
    await bus.subscribe(topic, inbox.listener);
    for (const text of ['one', 'two', 'three']) bus.publish({ topic, frame: frame(text) });
    expect(inbox.messages).toEqual([]);
    expect((await inbox.all).map((message) => message.frame.toString())).toEqual(['one', 'two', 'three']);
  });

  it('carries the frame byte for byte, and whom to leave out', async () => {
    const bus = await openBus(kind);
    const topic = randomUUID();
    const inbox = collect(1);
    await bus.subscribe(topic, inbox.listener);
    const bytes = Buffer.from([0, 10, 13, 255, 123, 34]);
    bus.publish({ topic, frame: bytes, exceptUserId: 'somebody' });
    const [message] = await inbox.all;
    expect(message).toMatchObject({ topic, exceptUserId: 'somebody' });
    expect(Buffer.compare(message!.frame, bytes)).toBe(0);
  });

  it("carries where an event stands in its room's log", async () => {
    const bus = await openBus(kind);
    const topic = randomUUID();
    const inbox = collect(1);
    await bus.subscribe(topic, inbox.listener);
    const position = { seq: 7, epoch: randomUUID() };
    bus.publish({ topic, frame: frame('x'), position });
    expect((await inbox.all)[0]).toMatchObject({ position });
  });

  it('delivers nothing of other topics, nor after unsubscribing', async () => {
    const bus = await openBus(kind);
    const [mine, gone, other] = [randomUUID(), randomUUID(), randomUUID()];
    const inbox = collect(1);
    const unwanted = collect(1);
    await bus.subscribe(mine, inbox.listener);
    await bus.subscribe(gone, unwanted.listener);
    await bus.unsubscribe(gone);
    for (const topic of [gone, other, mine]) bus.publish({ topic, frame: frame('x') });
    await inbox.all;
    expect(unwanted.messages).toEqual([]);
  });

  it('says that a topic may be read as soon as somebody here subscribes', async () => {
    const bus = await openBus(kind);
    const topic = randomUUID();
    // Redis does not tell who reads elsewhere.
    expect(bus.mayBeRead(topic)).toBe(kind === 'redis');
    await bus.subscribe(topic, () => {});
    expect(bus.mayBeRead(topic)).toBe(true);
    await bus.unsubscribe(topic);
    expect(bus.mayBeRead(topic)).toBe(kind === 'redis');
  });

  it('answers a ping, and closes twice without complaint', async () => {
    const bus = await openBus(kind);
    await bus.ping();
    await bus.close();
    await bus.close();
  });
});

describe('the redis bus between processes', () => {
  it('delivers once to each process, the publisher included', async () => {
    const [first, second] = [await openBus('redis'), await openBus('redis')];
    const topic = randomUUID();
    const inboxes = [collect(2), collect(2)];
    await first.subscribe(topic, inboxes[0]!.listener);
    await second.subscribe(topic, inboxes[1]!.listener);
    first.publish({ topic, frame: frame('from first') });
    await expect.poll(() => inboxes[1]!.messages.length).toBe(1);
    second.publish({ topic, frame: frame('from second') });
    for (const inbox of inboxes) {
      expect((await inbox.all).map((message) => message.frame.toString())).toEqual([
        'from first',
        'from second',
      ]);
    }
  });
});
