import { beforeEach, describe, expect, it } from 'vitest';
import { quietLog } from '../../test/log.ts';
import { createLocalBus } from '../platform/bus-local.ts';
import type { DatabaseListener } from '../platform/db-channel.ts';
import type { AccessChange } from './change.ts';
import { AccessNews } from './news.ts';

const lost: AccessChange = {
  ...{
    kind: 'roomLost',
    userId: 'boris',
    roomId: '00000000-0000-4000-8000-000000000001',
    roomSlug: 'room',
    reason: 'banned',
  },
};
const muted: AccessChange = { kind: 'voiceMuted', userId: 'boris', roomId: 'room', isMuted: true };
const payloadOf = (id: string, change: AccessChange) => JSON.stringify({ id, ...change });

describe('news of what somebody may not do any more', () => {
  const bus = { ...createLocalBus(), isShared: true };
  /** Two processes on one bus; PostgreSQL tells when a test says so. */
  const start = async () => {
    const heard: string[] = [];
    let listener: DatabaseListener | undefined;
    const news = new AccessNews({
      db: {
        listen: async (_channel, given) => {
          listener = given;
        },
      },
      bus: { ...bus, subscribe: async (_topic, hear) => void hearers.push(hear) },
      onChange: ({ kind }) => heard.push(kind),
      onRepeated: ({ kind }) => heard.push(`${kind} again`),
      onMissed: () => heard.push('missed'),
      log: quietLog,
    });
    await news.open();
    return { heard, listener: listener as DatabaseListener };
  };
  const hearers: ((message: { topic: string; frame: Buffer }) => void)[] = [];
  bus.publish = (message) => {
    for (const hear of hearers) hear(message);
  };
  beforeEach(() => {
    hearers.length = 0;
  });

  it('is acted on where it was committed and at the others before PostgreSQL tells, and looked up when it does', async () => {
    const [here, there] = [await start(), await start()];
    here.listener.onCommitted?.(payloadOf('1', lost));
    expect([here.heard, there.heard]).toEqual([['roomLost'], ['roomLost']]);
    for (const { listener } of [here, there]) listener.onNotified(payloadOf('1', lost));
    expect([here.heard, there.heard]).toEqual(Array(2).fill(['roomLost', 'roomLost again']));
  });

  it('is told once where PostgreSQL was faster than the bus', async () => {
    const [here, there] = [await start(), await start()];
    there.listener.onNotified(payloadOf('1', lost));
    here.listener.onCommitted?.(payloadOf('1', lost));
    expect(there.heard).toEqual(['roomLost']);
  });

  it('waits for its turn where it says how things stand: an older one would undo a newer', async () => {
    const here = await start();
    here.listener.onCommitted?.(payloadOf('1', muted));
    expect(here.heard).toEqual([]);
    here.listener.onNotified(payloadOf('1', muted));
    expect(here.heard).toEqual(['voiceMuted']);
  });

  it('is passed over where it is nothing of ours', async () => {
    const here = await start();
    for (const payload of ['{', '{"kind":"roomLost"}', '', '7']) here.listener.onNotified(payload);
    expect(here.heard).toEqual([]);
  });
});
