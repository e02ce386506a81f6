import { expect, it } from 'vitest';
import { quietLog } from '../../test/log.ts';
import type { Database } from '../platform/db.ts';
import { createWaiting } from './waiting.ts';

const row = (room: string, count: number) => ({
  ...{ room_id: room, slug: room, moderator_id: 'anna' },
  ...{ request_count: String(count), report_count: '0' },
});

/** A database that answers when it is told to, with whatever it is told. */
const createSlowDatabase = () => {
  const asked: { room: unknown; answer: (rows: object[]) => void }[] = [];
  const query = (_sql: string, [room]: unknown[] = []) => {
    const { promise, resolve } = Promise.withResolvers<object[]>();
    asked.push({ room, answer: resolve });
    return promise;
  };
  return { asked, db: { query } as unknown as Database };
};

it('of a room that changes twice at once, the second count is told last; of another room, nothing waits for it', async () => {
  const { asked, db } = createSlowDatabase();
  const told = Promise.withResolvers<void>();
  const counts: unknown[] = [];
  const publish = (_topic: string, { payload }: { payload: object }) => {
    counts.push(payload);
    if (counts.length === 3) told.resolve();
  };
  const waiting = createWaiting({ db, publish: publish as never, log: quietLog });
  waiting.tellRoom('busy');
  waiting.tellRoom('busy');
  waiting.tellRoom('quiet');
  await Promise.resolve();
  expect(asked.map(({ room }) => room)).toEqual(['busy', 'quiet']);
  asked[1]?.answer([row('quiet', 7)]);
  asked[0]?.answer([row('busy', 1)]);
  while (asked.length < 3) await new Promise(setImmediate);
  asked[2]?.answer([row('busy', 2)]);
  await told.promise;
  expect(counts).toMatchObject([
    { roomId: 'quiet', joinRequestCount: 7 },
    { roomId: 'busy', joinRequestCount: 1 },
    { roomId: 'busy', joinRequestCount: 2 },
  ]);
});
