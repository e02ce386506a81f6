import { randomUUID } from 'node:crypto';
import { limits } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { at, ban, muteText, type Party, positionOf, readHistory, startParty, upload } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

const deletionsIn = `SELECT * FROM audit_log WHERE room_id = $1 AND action = 'message.delete'`;

describe.each<PostgresKind>(['embedded', 'debian'])('changing messages on %s PostgreSQL', (postgres) => {
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
  const position = () => positionOf(db(), party.room.id);

  describe('an edit', () => {
    it("is the author's alone, takes a position, and is told to everyone", async () => {
      const { member, moderator, guest } = party;
      const { id, seq } = await say(member, 'teh');
      const refused = await moderator.refused('chat.edit', { messageId: id, text: 'the' });
      expect(refused.code).toBe('Forbidden');
      const edited = await member.request('chat.edit', { messageId: id, text: 'the' });
      expect(edited).toMatchObject({ id, seq, revision: seq + 1, text: 'the', editedAt: expect.any(String) });
      const told = await guest.next('chat.messageChanged');
      expect(told).toEqual({
        roomId: party.room.id,
        seq: seq + 1,
        epoch: edited.epoch,
        change: 'edited',
        message: edited,
      });
    });

    it('to the same text changes nothing, and takes no position', async () => {
      const { member } = party;
      const sent = await say(member, 'same');
      const before = await position();
      expect(await member.request('chat.edit', { messageId: sent.id, text: 'same' })).toEqual(sent);
      expect(await position()).toBe(before);
    });

    it('of what was deleted is refused, and so it is to who may not write any more', async () => {
      const { member, guest } = party;
      const gone = await say(member, 'gone');
      await member.request('chat.delete', { messageId: gone.id });
      expect((await member.refused('chat.edit', { messageId: gone.id, text: 'back' })).code).toBe('NotFound');
      const mine = await say(guest, 'mine');
      await muteText(db(), at(party.room, guest));
      expect((await guest.refused('chat.edit', { messageId: mine.id, text: 'other' })).code).toBe(
        'Forbidden',
      );
    });

    it('keeps those mentioned whose names still stand there, where it does not say', async () => {
      const { member, guest, moderator } = party;
      const mentions = [guest.user.id, moderator.user.id];
      const { id } = await say(member, '@guest @moderator', { mentions });
      const edited = await member.request('chat.edit', { messageId: id, text: 'only @guest' });
      expect(edited.mentions).toEqual([{ userId: guest.user.id, userName: 'guest' }]);
    });

    it('keeps the previews of links that still stand there, in their new order', async () => {
      const { member } = party;
      const { id } = await say(member, 'https://a.example https://b.example https://c.example');
      const previews = ['a', 'b', 'c'].map((name) => ({ url: `https://${name}.example`, title: name }));
      await db().query('UPDATE messages SET previews = $2 WHERE id = $1', [id, JSON.stringify(previews)]);
      const edit = (text: string) => member.request('chat.edit', { messageId: id, text });
      const edited = await edit('https://c.example, https://a.example and https://b.example/more');
      expect(edited.previews).toEqual([previews[2], previews[0]]);
      expect((await edit('nothing')).previews).toBeUndefined();
    });

    it('of two at once comes second for one of them: both are in the log, and the last one stands', async () => {
      const { member, guest, room } = party;
      const { id, seq } = await say(member, 'zero');
      const edits = await Promise.all(
        ['one', 'two'].map((text) => member.request('chat.edit', { messageId: id, text })),
      );
      expect(edits.map(({ revision }) => revision).sort()).toEqual([seq + 1, seq + 2]);
      const last = edits.find(({ revision }) => revision === seq + 2)!;
      const { messages } = await readHistory(guest, room.slug);
      expect(messages).toMatchObject([{ id, text: last.text, revision: seq + 2 }]);
    });
  });

  describe('a deletion', () => {
    it('leaves nothing of the message but its place', async () => {
      const { member, guest, moderator, room } = party;
      const attachmentId = await upload(db(), at(room, member));
      const mentions = [guest.user.id];
      const { id, seq } = await say(member, 'a secret', { attachmentIds: [attachmentId], mentions });
      await db().query(
        `UPDATE messages SET previews = '[{"url":"https://a.example","title":"secret"}]' WHERE id = $1`,
        [id],
      );
      await guest.request('chat.react', { messageId: id, emoji: '👍', isSet: true });
      await moderator.request('chat.pin', { messageId: id, isPinned: true });
      const deleted = await member.request('chat.delete', { messageId: id });
      expect(deleted).toEqual({
        id,
        roomId: room.id,
        userId: member.user.id,
        userName: 'member',
        text: '',
        createdAt: expect.any(String),
        seq,
        epoch: expect.any(String),
        revision: seq + 3,
        deletedAt: expect.any(String),
      });
      const [{ messages }, rows, tables] = await Promise.all([
        readHistory(guest, room.slug),
        db().query<{ row: string }>('SELECT m::text AS row FROM messages m WHERE room_id = $1', [room.id]),
        db().query(
          `SELECT FROM attachments WHERE id = $1 UNION ALL SELECT FROM reactions WHERE message_id = $2
           UNION ALL SELECT FROM inbox WHERE message_id = $2`,
          [attachmentId, id],
        ),
      ]);
      expect(messages).toMatchObject([{ id, text: '', reactions: [] }]);
      expect(JSON.stringify(rows)).not.toContain('secret');
      expect(tables).toEqual([]);
      const told = await guest.next('chat.messageChanged', ({ change }) => change === 'deleted');
      expect(told).toMatchObject({ message: deleted, seq: seq + 3 });
    });

    it("of somebody else's is a moderator's, and goes into the audit log without its text", async () => {
      const { member, guest, moderator, room } = party;
      const { id } = await say(member, 'rude words');
      expect((await guest.refused('chat.delete', { messageId: id })).code).toBe('Forbidden');
      await moderator.request('chat.delete', { messageId: id });
      const [entry, ...others] = await db().query(deletionsIn, [room.id]);
      expect(entry).toMatchObject({
        action: 'message.delete',
        actor_id: moderator.user.id,
        target_user_id: member.user.id,
        target_message_id: id,
      });
      expect(others).toEqual([]);
      expect(JSON.stringify(entry)).not.toContain('rude');
    });

    it("of one's own is nobody's business but the room's, and is open to who was muted", async () => {
      const { guest, room } = party;
      const { id } = await say(guest, 'mine');
      await muteText(db(), at(room, guest));
      await guest.request('chat.delete', { messageId: id });
      expect(await db().query(deletionsIn, [room.id])).toEqual([]);
    });

    it('a second time changes nothing, also at the same time', async () => {
      const { member, moderator } = party;
      const { id, seq } = await say(member, 'once');
      const deletions = await Promise.all(
        [member, moderator, member].map((socket) => socket.request('chat.delete', { messageId: id })),
      );
      expect(new Set(deletions.map((message) => JSON.stringify(message))).size).toBe(1);
      expect(await position()).toBe(seq + 1);
    });

    it('in a thread tells how that stands now', async () => {
      const { member, moderator, guest, room } = party;
      const root = await say(member, 'root');
      const first = await say(moderator, 'first', { threadRootId: root.id });
      const second = await say(guest, 'second', { threadRootId: root.id });
      await guest.request('chat.delete', { messageId: second.id });
      const told = await member.next('chat.messageChanged');
      expect(told.rootThread).toEqual({ replyCount: 1, lastReplyAt: first.createdAt });
      const [stored] = (await readHistory(guest, room.slug)).messages;
      expect(stored).toMatchObject({ revision: told.seq, thread: { reply_count: 1 } });
      await moderator.request('chat.delete', { messageId: first.id });
      expect((await member.next('chat.messageChanged')).rootThread).toEqual({ replyCount: 0 });
      expect((await readHistory(guest, room.slug)).messages[0]).not.toHaveProperty('thread');
    });
  });

  describe('reactions', () => {
    it('are counted, are told to everyone, and show each reader their own', async () => {
      const { member, guest, moderator, room } = party;
      const { id, seq } = await say(member, 'nice');
      const answer = await guest.request('chat.react', { messageId: id, emoji: '👍', isSet: true });
      const { revision, ...set } = answer;
      expect(set).toEqual({ messageId: id, emoji: '👍', isSet: true, count: 1 });
      expect(revision).toBe(seq + 1);
      await moderator.request('chat.react', { messageId: id, emoji: '👍', isSet: true });
      expect(await member.next('chat.reactionChanged')).toEqual({
        roomId: room.id,
        seq: seq + 1,
        epoch: expect.any(String),
        ...set,
        userId: guest.user.id,
        userName: 'guest',
      });
      const ofGuest = await readHistory(guest, room.slug);
      expect(ofGuest.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 2, is_mine: true }]);
      const ofMember = await readHistory(member, room.slug);
      expect(ofMember.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 2, is_mine: false }]);
      const back = await guest.request('chat.react', { messageId: id, emoji: '👍', isSet: false });
      expect(back.count).toBe(1);
    });

    it('count once a person, also from two sockets at once, and take a position only where they change', async () => {
      const { member, guest } = party;
      const { id, seq } = await say(member, 'nice');
      const payload = { messageId: id, emoji: '🎉', isSet: true };
      const answers = await Promise.all([1, 2, 3].map(() => guest.request('chat.react', payload)));
      expect(answers.map(({ count }) => count)).toEqual([1, 1, 1]);
      expect(await position()).toBe(seq + 1);
      await member.request('chat.react', { ...payload, isSet: false });
      expect(await position()).toBe(seq + 1);
    });

    it('of one message are so many different ones at most, whoever sets them', async () => {
      const { member, guest, moderator } = party;
      const { id } = await say(member, 'nice');
      const emoji = Array.from({ length: limits.maxReactionsPerMessage + 1 }, (_, n) =>
        String.fromCodePoint(0x1f600 + n),
      );
      const last = emoji.pop()!;
      for (const each of emoji)
        await guest.request('chat.react', { messageId: id, emoji: each, isSet: true });
      const refused = await moderator.refused('chat.react', { messageId: id, emoji: last, isSet: true });
      expect(refused.code).toBe('Conflict');
      await moderator.request('chat.react', { messageId: id, emoji: emoji[0]!, isSet: true });
    });

    it('are not for who is muted, nor on what was deleted', async () => {
      const { member, guest, moderator } = party;
      const { id } = await say(member, 'nice');
      const payload = { messageId: id, emoji: '👍', isSet: true };
      await muteText(db(), at(party.room, guest));
      expect((await guest.refused('chat.react', payload)).code).toBe('Forbidden');
      await member.request('chat.delete', { messageId: id });
      expect((await moderator.refused('chat.react', payload)).code).toBe('NotFound');
    });
  });

  describe('pins', () => {
    it('are set by moderators, take a position once, and the one set last comes first', async () => {
      const { member, moderator, guest } = party;
      const [one, two] = [await say(member, 'one'), await say(member, 'two')];
      expect((await member.refused('chat.pin', { messageId: one.id, isPinned: true })).code).toBe(
        'Forbidden',
      );
      await moderator.request('chat.pin', { messageId: two.id, isPinned: true });
      const pinned = await moderator.request('chat.pin', { messageId: one.id, isPinned: true });
      await moderator.request('chat.pin', { messageId: one.id, isPinned: true });
      expect(await position()).toBe(two.seq + 2);
      const told = await guest.next('chat.messageChanged', ({ seq }) => seq === two.seq + 2);
      expect(told).toMatchObject({ change: 'pinned', message: pinned });
      await moderator.request('chat.pin', { messageId: two.id, isPinned: false });
      expect(await guest.next('chat.messageChanged', ({ change }) => change === 'unpinned')).toMatchObject({
        message: { id: two.id },
      });
    });
  });

  it('of a room that one may not read are refused like those that are not there, each in the same words', async () => {
    const hidden = await startParty(server, false);
    const sent = await hidden.owner.request('chat.send', { text: 'secret', roomSlug: hidden.room.slug });
    const { member: stranger, guest, room } = party;
    const mine = await say(guest, 'here');
    await db().transaction((tx) => ban(tx, at(room, guest)));
    const requests = {
      'chat.edit': { text: 'x' },
      'chat.delete': {},
      'chat.react': { emoji: '👍', isSet: true },
      'chat.pin': { isPinned: true },
      'chat.dismissPreview': { url: 'https://a.example' },
    };
    for (const [type, payload] of Object.entries(requests)) {
      const missing = await stranger.refused(type, { messageId: randomUUID(), ...payload });
      expect(missing.code).toBe('NotFound');
      expect(await stranger.refused(type, { messageId: sent.id, ...payload })).toEqual(missing);
      expect(await guest.refused(type, { messageId: mine.id, ...payload })).toEqual(missing);
    }
    await hidden.close();
  });
});
