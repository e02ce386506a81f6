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

it("an event in a room's log says where it stands there, beside the frame", async () => {
  const bus = createLocalBus();
  const taken: BusMessage[] = [];
  await bus.subscribe('room:r', () => {});
  const publish = createPublish({ ...bus, publish: (message) => taken.push(message) });
  const position = { seq: 7, epoch: 'e' };
  const payload = { ...position, roomId: 'r', change: 'edited' } as never;
  publish('room:r', { type: 'chat.messageChanged', payload });
  publish('room:r', { type: 'lobby.activity', payload: { seq: 7 } as never });
  expect(taken.map((message) => message.position)).toEqual([position, undefined]);
  await bus.close();
});
