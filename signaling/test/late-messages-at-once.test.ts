import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { insertGroup } from '../src/chat/group-insert.ts';
import { type NewMessage, withRetryKey } from '../src/chat/new-message.ts';
import type { Database } from '../src/platform/db.ts';
import { createReadRepository, createThreadReadRepository } from '../src/reads/index.ts';
import { type Party, startParty } from './chat-rig.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { createReaders } from './readers.ts';
import { startTestServer, type TestServer } from './start-server.ts';

describe('a message that comes late while its writer reads on at another device', () => {
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

  const db = () => server.database.db;
  const { say, standing } = createReaders(() => party);
  const write = (on: Database, fields: Partial<NewMessage>) => {
    const { id: roomId } = party.room;
    const ofMember = { id: randomUUID(), roomId, userId: party.member.user.id, text: 'late' };
    return insertGroup(on, [withRetryKey({ ...ofMember, clientMessageId: undefined, ...fields })], 'wait');
  };
  const mark = (on: Database, seq: number, { user } = party.member) =>
    createReadRepository(on).markRead(user.id, party.room.id, seq);
  /** The first has written all that it writes when the second comes, which waits for it. */
  const atOnce = async <First, Second>(
    first: (on: Database) => Promise<First>,
    second: () => Promise<Second>,
  ): Promise<[First, Second]> => {
    const written = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const held: Database = {
      ...db(),
      transaction: (work) =>
        db().transaction(async (tx) => {
          const result = await work(tx);
          written.resolve();
          await gate.promise;
          return result;
        }),
    };
    const firstDone = first(held);
    await Promise.race([written.promise, firstDone]);
    const secondDone = second();
    await waitForLockWaiters(db(), 1).finally(gate.resolve);
    return Promise.all([firstDone, secondDone]);
  };

  it('is not unread to them where the mark waits for it', async () => {
    const seen = await say(party.guest, 'seen');
    await mark(db(), seen.seq);
    const further = await say(party.guest, 'further');
    await say(party.guest, 'unread');
    const [[late], { state }] = await atOnce(
      (on) => write(on, { seenSeq: seen.seq }),
      () => mark(db(), further.seq),
    );
    const ofLate = { seq: seen.seq, messageCount: 2, roomMessageCount: 4 };
    expect(late).toMatchObject({ news: { readOfRoom: ofLate } });
    expect(state).toMatchObject({ seq: further.seq, messageCount: 3, roomMessageCount: 4 });
    expect(await standing(party.member)).toMatchObject({ seq: further.seq, unread: 1 });
  });

  it('is told with the mark where it waits for that', async () => {
    const seen = await say(party.guest, 'seen');
    await mark(db(), seen.seq);
    const further = await say(party.guest, 'further');
    await say(party.guest, 'unread');
    const [{ state }, [late]] = await atOnce(
      (on) => mark(on, further.seq),
      () => write(db(), { seenSeq: seen.seq }),
    );
    expect(state).toMatchObject({ seq: further.seq, messageCount: 2 });
    const ofLate = { seq: further.seq, messageCount: 3, roomMessageCount: 4 };
    expect(late).toMatchObject({ news: { readOfRoom: ofLate } });
    expect(await standing(party.member)).toMatchObject({ seq: further.seq, unread: 1 });
  });

  it.each(['the mark', 'the message'])(
    'is not unread to them where nothing of the room was read yet, and %s waits',
    async (later) => {
      const { owner, guest } = party;
      // Whoever makes a room has a mark before its first message.
      expect(await standing(owner)).toMatchObject({ seq: 0, unread: 0 });
      const further = await say(guest, 'further');
      await say(guest, 'unread');
      const writes = (on: Database) => write(on, { userId: owner.user.id, seenSeq: 0 });
      const marks = (on: Database) => mark(on, further.seq, owner);
      if (later === 'the mark') await atOnce(writes, () => marks(db()));
      else await atOnce(marks, () => writes(db()));
      expect(await standing(owner)).toMatchObject({ seq: further.seq, unread: 1 });
    },
  );

  it.each(['the mark', 'the message'])(
    'is not unread to them where both are their first there, and %s waits',
    async (later) => {
      const seen = await say(party.guest, 'seen');
      const further = await say(party.guest, 'further');
      await say(party.guest, 'unread');
      const writes = (on: Database) => write(on, { seenSeq: seen.seq });
      const marks = (on: Database) => mark(on, further.seq);
      if (later === 'the mark') await atOnce(writes, () => marks(db()));
      else await atOnce(marks, () => writes(db()));
      expect(await standing(party.member)).toMatchObject({ seq: further.seq, unread: 1 });
    },
  );

  it.each(['the mark', 'the reply'])(
    'is told of a thread as it stands then, where %s waits',
    async (later) => {
      const { moderator, member, room } = party;
      const threadRootId = (await say(moderator, 'root')).id;
      const reply = (text: string) =>
        moderator.request('chat.send', { text, roomSlug: room.slug, threadRootId });
      const seen = await reply('seen');
      const place = { userId: member.user.id, room, rootId: threadRootId };
      const read = (on: Database, seq: number) => createThreadReadRepository(on).mark(place, seq);
      await read(db(), seen.seq);
      const further = await reply('further');
      await reply('unread');
      const writes = (on: Database) => write(on, { threadRootId, seenSeq: seen.seq });
      const reads = (on: Database) => read(on, further.seq);
      const [late, marked] =
        later === 'the mark'
          ? await atOnce(writes, () => reads(db()))
          : (await atOnce(reads, () => writes(db()))).toReversed();
      const then = { seq: further.seq, unreadCount: 1 };
      expect(marked).toMatchObject({ state: then });
      const told = later === 'the mark' ? { seq: seen.seq, unreadCount: 2 } : then;
      expect(late).toMatchObject([{ news: { readOfThread: told } }]);
    },
  );
});
