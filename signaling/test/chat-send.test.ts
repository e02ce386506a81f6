import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, call, type Party, positionOf, readHistory, startParty, upload } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { createRoom } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('sending on %s PostgreSQL', (postgres) => {
  let server: TestServer;
  let party: Party;
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterAll(() => server.close());
  beforeEach(async () => {
    party = await startParty(server);
  });
  afterEach(() => party.close());

  const db = () => server.database.db;
  const say = (socket: TestSocket, text: string, more: object = {}) =>
    socket.request('chat.send', { text, roomSlug: party.room.slug, ...more });
  const refusal = (socket: TestSocket, more: object, text = 'no') =>
    socket.refused('chat.send', { text, roomSlug: party.room.slug, ...more });

  describe('an answer', () => {
    it('shows what it answers, as that is when somebody reads it', async () => {
      const { member, guest, room } = party;
      const question = await say(member, 'Is it ready?');
      const answer = await say(guest, 'Yes', { replyTo: question.id });
      const quotation = {
        messageId: question.id,
        seq: question.seq,
        userId: member.user.id,
        userName: 'member',
        text: 'Is it ready?',
        isDeleted: false,
      };
      expect(answer.replyTo).toEqual(quotation);
      expect(await member.next('chat.message', ({ id }) => id === answer.id)).toEqual(answer);
      await member.request('chat.edit', { messageId: question.id, text: 'Is it done?' });
      const { messages } = await readHistory(guest, room.slug);
      expect(messages.at(-1)?.reply_to).toMatchObject({ text: 'Is it done?', is_deleted: false });
      await member.request('chat.delete', { messageId: question.id });
      const after = await readHistory(guest, room.slug);
      expect(after.messages.at(-1)?.reply_to).toMatchObject({ text: '', is_deleted: true });
    });

    it('quotes the first two hundred characters, and no half of one', async () => {
      const long = await say(party.member, '👩‍🚀'.repeat(300));
      const { replyTo } = await say(party.guest, 'so long', { replyTo: long.id });
      expect([...(replyTo?.text ?? '')]).toHaveLength(200);
      expect(replyTo?.text.isWellFormed()).toBe(true);
    });

    it('to a message of another room is refused like one to none', async () => {
      const other = await createRoom(server.url, party.owner.token, { is_public: false });
      await party.owner.request('room.join', { roomSlug: other.slug, keepOthers: true });
      const secret = await party.owner.request('chat.send', { text: 'secret', roomSlug: other.slug });
      const foreign = await refusal(party.member, { replyTo: secret.id });
      expect(foreign).toEqual(await refusal(party.member, { replyTo: randomUUID() }));
      expect(foreign.code).toBe('NotFound');
      expect(await refusal(party.member, { threadRootId: secret.id })).toEqual(foreign);
    });
  });

  describe('a thread', () => {
    it('takes positions of the room, but no number among its own messages', async () => {
      const { member, moderator, room } = party;
      const root = await say(member, 'root');
      const before = await say(member, 'two');
      const reply = await say(moderator, 'in the thread', { threadRootId: root.id });
      const after = await say(member, 'three');
      expect([reply.seq, after.seq]).toEqual([before.seq + 1, before.seq + 2]);
      const rows = await db().query<{ ordinal: string | null }>(
        'SELECT ordinal FROM messages WHERE room_id = $1 ORDER BY seq',
        [room.id],
      );
      expect(rows.map(({ ordinal }) => ordinal)).toEqual(['1', '2', null, '3']);
    });

    it('counts at its first message, which changes with each reply, also where one tick brings several', async () => {
      const { member, moderator } = party;
      const root = await say(member, 'root');
      const replies = await Promise.all(
        ['a', 'b', 'c'].map((text) => say(moderator, text, { threadRootId: root.id })),
      );
      const told = await Promise.all(
        replies.map(({ id }) => member.next('chat.message', (message) => message.id === id)),
      );
      expect(told.map(({ thread }) => thread?.replyCount)).toEqual([1, 2, 3]);
      const { body } = await call<{ message: object }>(member, `/v1/messages/${root.id}`);
      expect(body.message).toMatchObject({
        revision: replies[2]!.seq,
        thread: { reply_count: 3, last_reply_at: replies[2]!.createdAt },
      });
    });

    it('within a thread there is none, and of what was deleted none', async () => {
      const { member, moderator } = party;
      const root = await say(member, 'root');
      const reply = await say(moderator, 'reply', { threadRootId: root.id });
      expect((await refusal(member, { threadRootId: reply.id })).code).toBe('ValidationError');
      await member.request('chat.delete', { messageId: root.id });
      expect((await refusal(member, { threadRootId: root.id })).code).toBe('NotFound');
    });

    it('is started by members, and answered by guests as well', async () => {
      const { member, guest } = party;
      const root = await say(member, 'root');
      expect((await refusal(guest, { threadRootId: root.id })).code).toBe('Forbidden');
      await say(member, 'first', { threadRootId: root.id });
      expect(await say(guest, 'second', { threadRootId: root.id })).toMatchObject({ threadRootId: root.id });
    });
  });

  describe('mentions', () => {
    it('name those who may read the room, once each, and leave out the others', async () => {
      const hidden = await startParty(server, false);
      const stranger = await server.register('Stranger');
      const { id: member } = hidden.member.user;
      const sent = await hidden.owner.request('chat.send', {
        text: '@member @Stranger',
        roomSlug: hidden.room.slug,
        mentions: [member, stranger.user.id, member, randomUUID()],
      });
      expect(sent.mentions).toEqual([{ userId: member, userName: 'member' }]);
      await hidden.close();
    });

    it('of everyone are for moderators', async () => {
      expect((await refusal(party.member, { mentionsEveryone: true })).code).toBe('Forbidden');
      expect(await say(party.moderator, 'all', { mentionsEveryone: true })).toMatchObject({
        mentionsEveryone: true,
      });
    });
  });

  describe('attachments', () => {
    it('come with the message, in the order given, and a text is not needed', async () => {
      const { member, room } = party;
      const ids = [await upload(db(), at(room, member), 'b.png'), await upload(db(), at(room, member))];
      const sent = await say(member, '', { attachmentIds: ids });
      expect(sent.attachments?.map(({ id, name }) => [id, name])).toEqual([
        [ids[0], 'b.png'],
        [ids[1], 'a.png'],
      ]);
      expect(sent.attachments?.[0]).toEqual({
        id: ids[0],
        name: 'b.png',
        mediaType: 'image/png',
        sizeBytes: 100,
        width: 20,
        height: 10,
        hasThumbnail: true,
      });
    });

    it("of somebody else, of another room or sent already fail the message alone, and take nothing of the sender's", async () => {
      const { member, owner, room } = party;
      const other = await createRoom(server.url, owner.token);
      const mine = await upload(db(), at(room, member));
      const sent = await upload(db(), at(room, member));
      await say(member, 'sent', { attachmentIds: [sent] });
      const wrong = [
        await upload(db(), at(room, owner)),
        await upload(db(), at(other, member)),
        sent,
        randomUUID(),
      ];
      const position = await positionOf(db(), room.id);
      for (const id of wrong) {
        const answer = await refusal(member, { attachmentIds: [mine, id] });
        expect(answer).toMatchObject({
          code: 'NotFound',
          message: expect.stringContaining('upload it again'),
        });
      }
      expect(await positionOf(db(), room.id)).toBe(position);
      expect((await say(member, '', { attachmentIds: [mine] })).attachments).toHaveLength(1);
    });

    it('are sent once where two messages of one tick claim them', async () => {
      const { member, room } = party;
      const id = await upload(db(), at(room, member));
      const answers = await Promise.allSettled(
        ['one', 'two'].map((text) => say(member, text, { attachmentIds: [id] })),
      );
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    });

    it('are not for guests', async () => {
      const { guest, room } = party;
      const id = await upload(db(), at(room, guest));
      expect((await refusal(guest, { attachmentIds: [id] })).code).toBe('Forbidden');
    });
  });
});
