import { expect, it } from 'vitest';
import type { BusMessage } from '../platform/bus.ts';
import { createLocalBus } from '../platform/bus-local.ts';
import { createPublish } from './publisher.ts';

const event = { type: 'room.left', payload: { roomSlug: 'general' } } as const;

it('an event that nobody can read is not even encoded', async () => {
  const bus = createLocalBus();
  const taken: BusMessage[] = [];
  const publish = createPublish({ ...bus, publish: (message) => taken.push(message) });
  publish('topic', event);
  expect(taken).toEqual([]);
  await bus.subscribe('topic', () => {});
  publish('topic', event, { exceptUserId: 'somebody' });
  expect(taken).toMatchObject([{ topic: 'topic', exceptUserId: 'somebody' }]);
  expect(JSON.parse(String(taken[0]?.frame))).toEqual({ v: 1, ...event });
  await bus.close();
});
