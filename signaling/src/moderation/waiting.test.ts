import { describe, expect, it } from 'vitest';
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

const turn = () => new Promise(setImmediate);

it('of a room that changes twice at once, the second count is told last; of another room, nothing waits for it', async () => {
  const { asked, db } = createSlowDatabase();
  const told = Promise.withResolvers<void>();
  const counts: unknown[] = [];
  const publish = (_topic: string, { payload }: { payload: object }) => {
    counts.push(payload);
    if (counts.length === 3) told.resolve();
  };
  const waiting = createWaiting({ db, publish: publish as never, log: quietLog, isAlone: true });
  waiting.tellRoom('busy');
  waiting.tellRoom('busy');
  waiting.tellRoom('quiet');
  await turn();
  expect(asked.map(({ room }) => room)).toEqual(['busy', 'quiet']);
  asked[1]?.answer([row('quiet', 7)]);
  asked[0]?.answer([row('busy', 1)]);
  while (asked.length < 3) await turn();
  asked[2]?.answer([row('busy', 2)]);
  await told.promise;
  expect(counts).toMatchObject([
    { roomId: 'quiet', joinRequestCount: 7 },
    { roomId: 'busy', joinRequestCount: 1 },
    { roomId: 'busy', joinRequestCount: 2 },
  ]);
});

const left = (roomId: string) => ({ roomId, userId: 'boris', change: 'left' as const, role: null });

describe('members who change', () => {
  const start = () => {
    const { asked, db } = createSlowDatabase();
    return { asked, waiting: createWaiting({ db, publish: () => {}, log: quietLog, isAlone: true }) };
  };

  it('of thousands of rooms at once have one question asked, whether anything is reported in them', async () => {
    const { asked, waiting } = start();
    const rooms = Array.from({ length: 2_000 }, (_, index) => `room ${index}`);
    for (const room of rooms) waiting.handleMember(left(room));
    await turn();
    expect(asked.map(({ room }) => room)).toEqual([rooms]);
    waiting.handleMember(left('another'));
    asked[0]?.answer([]);
    await turn();
    expect(asked.slice(1).map(({ room }) => room)).toEqual([['another']]);
  });

  it('are asked about for who is something there, and whose ban ends; a few rooms at a time', async () => {
    const { asked, waiting } = start();
    for (const room of ['a', 'b', 'c', 'd'])
      waiting.handleMember({ ...left(room), change: 'roleChanged', role: 'owner' });
    waiting.handleMember({ ...left('e'), change: 'unbanned' });
    await turn();
    expect(asked).toHaveLength(3);
    for (let next = 0; next < 6; next += 1) {
      asked[next]?.answer([]);
      await turn();
    }
    const places = asked.map(({ room }) => room).filter((room) => typeof room === 'string');
    expect(places.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
  });
});

describe('how many reports are the server’s', () => {
  it.each([
    ['is told again only where it is another', true, [1, 2]],
    ['is told again where another process may have told something else', false, [1, 1, 2]],
  ])('%s', async (_how, isAlone, expected) => {
    const { asked, db } = createSlowDatabase();
    const told: number[] = [];
    const publish = (_topic: string, { payload }: { payload: { reportCount: number } }) =>
      told.push(payload.reportCount);
    const waiting = createWaiting({ db, publish: publish as never, log: quietLog, isAlone });
    for (const [index, count] of [1, 1, 2].entries()) {
      waiting.tellServer();
      await turn();
      asked[index]?.answer([{ id: 'anna', report_count: String(count) }]);
      await turn();
    }
    expect(told).toEqual(expected);
  });
});
