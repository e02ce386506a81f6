import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertGroup } from '../src/chat/group-insert.ts';
import { type NewMessage, withRetryKey } from '../src/chat/new-message.ts';
import { type Party, startParty } from './chat-rig.ts';
import { createReaders } from './readers.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

describe('messages that come later than they were written, in a group', () => {
  let server: TestServer;
  let party: Party;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    party = await startParty(server);
  });
  afterEach(() => party.close());

  const { say, mark, standing } = createReaders(() => party);

  type Entry = [TestSocket, Partial<NewMessage>];
  const groupOf = (entries: Entry[]) =>
    entries.map(([{ user }, fields], index) =>
      withRetryKey({
        ...{ id: randomUUID(), roomId: party.room.id, userId: user.id, text: `m${index}` },
        ...{ clientMessageId: undefined, ...fields },
      }),
    );
  const group = (...entries: Entry[]) => insertGroup(server.database.db, groupOf(entries), 'wait');

  it('costs a group one question more where the log has moved on, and one where others hold a mark back, however many', async () => {
    const { owner, member, guest, moderator } = party;
    const seen = await say(guest, 'seen');
    const { db } = server.database;
    const countQueries = async (...entries: Entry[]): Promise<number> => {
      let count = 0;
      const counted: typeof db = {
        ...db,
        transaction: (work) =>
          db.transaction((tx) =>
            work({
              ...tx,
              query: (...given) => {
                count += 1;
                return tx.query(...given);
              },
            }),
          ),
      };
      await insertGroup(counted, groupOf(entries), 'wait');
      return count;
    };
    const onTime = await countQueries([member, {}]);
    expect(await countQueries([member, { seenSeq: seen.seq + 1 }], [member, {}])).toBe(onTime);
    expect(await countQueries([moderator, {}], [member, { seenSeq: seen.seq + 3 }])).toBe(onTime + 1);
    const { seq } = await mark(member, 1_000);
    await guest.request('chat.react', { messageId: seen.id, emoji: '👍', isSet: true });
    expect(await countQueries([member, { seenSeq: seq }])).toBe(onTime + 1);
    const threadRootId = seen.id;
    const reply = await countQueries([member, { threadRootId, seenSeq: 1_000 }]);
    expect(await countQueries([member, { threadRootId, seenSeq: seq }])).toBe(reply + 1);
    await say(guest, 'meanwhile', { threadRootId });
    expect(await countQueries([member, { threadRootId, seenSeq: seq }])).toBe(reply + 2);
    const [late, lateAsWell] = [{ seenSeq: 1 }, { seenSeq: seen.seq }];
    expect(await countQueries([member, late], [owner, late], [moderator, lateAsWell])).toBe(onTime + 2);
  });

  it('is told of several that are written at once as of one after the other', async () => {
    const { member, guest } = party;
    const seen = await say(guest, 'seen');
    await mark(member, seen.seq);
    const on = { seenSeq: seen.seq };
    const [, one] = await group([member, on], [member, on]);
    if (!one || one === 'busy' || !('message' in one)) throw new Error('it was refused');
    const { seq } = one.message;
    expect(await standing(member)).toMatchObject({ seq, unread: 0 });
    const mentions = [member.user.id];
    const outcomes = await group([member, on], [guest, { mentions }], [member, { seenSeq: seq }]);
    expect(await standing(member)).toEqual({ seq: seq + 1, unread: 1, mentions: 1 });
    expect(outcomes[2]).toMatchObject({
      news: { readOfRoom: { seq: seq + 1, unreadMentionCount: 1 } },
    });
    expect(outcomes[0]).not.toHaveProperty('news.readOfRoom');
  });

  it.each([
    { count: 900, isLed: true },
    { count: 1_001, isLed: false },
  ])('moves a mark past $count of one’s own: $isLed', async ({ count, isLed }) => {
    const { member, guest } = party;
    const seen = await say(guest, 'seen');
    await mark(member, seen.seq);
    const gone = await say(guest, 'gone later');
    const late = { seenSeq: seen.seq };
    for (let left = count; left > 0; left -= 500) {
      await group(...Array.from({ length: Math.min(left, 500) }, (): Entry => [member, late]));
    }
    await guest.request('chat.delete', { messageId: gone.id });
    const own = await say(member, 'the last', late);
    expect(await standing(member)).toMatchObject({ seq: isLed ? own.seq : seen.seq });
  });
});
