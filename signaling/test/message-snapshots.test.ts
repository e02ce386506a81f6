import { type ChatMessage, limits, toCamelCase } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { at, type Party, positionOf, readHistory, setRole, startParty, upload } from './chat-rig.ts';
import { applyEvent, applyMissed, type LogEvent, toComparable, type View } from './client-fold.ts';
import { type SmallWeb, sendLink, startSmallWeb } from './preview-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { call } from './team.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

let server: TestServer;
let web: SmallWeb;
let party: Party;
beforeAll(async () => {
  web = await startSmallWeb();
  server = await startTestServer({ env: { LINK_PREVIEWS: 'on' }, web: web.web });
});
beforeEach(async () => {
  party = await startParty(server);
});
afterEach(() => party.close());
afterAll(async () => {
  await server.close();
  await web.close();
});

const say = (socket: TestSocket, text: string, more: object = {}) =>
  socket.request('chat.send', { text, roomSlug: party.room.slug, ...more });
const sayWithFile = async (socket: TestSocket, text = 'a file') => {
  const attachmentIds = [await upload(server.database.db, at(party.room, socket))];
  return say(socket, text, { attachmentIds });
};
const banAndErase = async ({ user }: TestSocket) => {
  const params = { slug: party.room.slug, user_id: user.id };
  const asked = { params, body: { delete_messages: true } };
  expect((await call({ url: server.url, token: party.owner.token }, 'bans.set', asked)).status).toBe(200);
};
const eraseAccount = async ({ user }: TestSocket) => {
  const { db } = server.database;
  await db.query('UPDATE users SET is_administrator = true WHERE id = $1', [party.owner.user.id]);
  const asked = { params: { user_id: user.id }, body: { erase_messages: true } };
  const answer = await call({ url: server.url, token: party.owner.token }, 'admin.deleteUser', asked);
  expect(answer.status).toBe(200);
};
/** In the room and in two threads, named, quoted, pinned and answered with reactions. */
const sayMuch = async (socket: TestSocket) => {
  const { owner, member } = party;
  await setRole(server.database.db, at(party.room, socket), 'member');
  const root = await say(member, 'root');
  const own = await sayWithFile(socket, 'own root');
  await say(socket, 'hello @member', { threadRootId: root.id, mentions: [member.user.id] });
  await say(member, 'reply', { threadRootId: own.id });
  await say(member, 'quote', { replyTo: own.id });
  await owner.request('chat.pin', { messageId: own.id, isPinned: true });
  await member.request('chat.react', { messageId: own.id, emoji: '👍', isSet: true });
  await say(socket, 'last');
};

const chatTypes = ['chat.message', 'chat.messageChanged', 'chat.reactionChanged'];
const position = () => positionOf(server.database.db, party.room.id);

/** What is read of the room, after its position. */
const snapshot = async (reader: TestSocket): Promise<{ seq: number; view: View }> => {
  const seq = await position();
  const { messages } = await readHistory(reader, party.room.slug, { limit: '100' });
  return { seq, view: new Map(messages.map((message) => [message.id, toCamelCase<ChatMessage>(message)])) };
};

/** Whatever took a position after this one, each once, without a gap. */
const eventsAfter = async (reader: TestSocket, seq: number) => {
  const last = await position();
  const seqOf = ({ payload }: { payload: unknown }): number | undefined =>
    (payload as { epoch?: string; seq?: number }).epoch === undefined
      ? undefined
      : (payload as { seq: number }).seq;
  const told = () => reader.frames.filter((frame) => (seqOf(frame) ?? 0) > seq);
  await expect.poll(() => told().length, { timeout: 5_000 }).toBe(last - seq);
  expect(told().map(seqOf)).toEqual(Array.from({ length: last - seq }, (_, n) => seq + n + 1));
  return told();
};

/** Joins anew as somebody who has seen so much. */
const comeBack = async (reader: TestSocket, seq: number) => {
  const socket = await openSocket(server.url, reader);
  const roomSlug = party.room.slug;
  const { epoch } = await socket.request('room.join', { roomSlug });
  const joined = await socket.request('room.join', { roomSlug, afterSeq: seq, epoch });
  await socket.close();
  return joined;
};

type Act = { before?: () => Promise<unknown>; act: () => Promise<unknown> };
const actions: Record<string, Act> = {
  'a preview': {
    act: () => sendLink(party.owner, party.room.slug, web.servePage('')),
  },
  'a message with a file': { act: () => sayWithFile(party.owner) },
  'the deletion of a message with a file': {
    act: async () => party.owner.request('chat.delete', { messageId: (await sayWithFile(party.owner)).id }),
  },
  'a mention of everybody': { act: () => say(party.moderator, '@all', { mentionsEveryone: true }) },
  'an edit of one that mentioned everybody': {
    act: async () => {
      const { id: messageId } = await say(party.moderator, '@all', { mentionsEveryone: true });
      await party.moderator.request('chat.edit', { messageId, text: 'nobody' });
    },
  },
  'a ban that erases': { before: () => sayMuch(party.guest), act: () => banAndErase(party.guest) },
  'an account that is erased': { before: () => sayMuch(party.guest), act: () => eraseAccount(party.guest) },
};

describe('what a client makes of news of messages', () => {
  it.each(Object.entries(actions))('after %s is what is read anew', async (_name, { before, act }) => {
    await before?.();
    const reader = party.member;
    const start = await snapshot(reader);
    await act();
    const events = await eventsAfter(reader, start.seq);
    const fresh = await snapshot(reader);
    expect(fresh.seq).toBeGreaterThan(start.seq);
    const view: View = new Map(start.view);
    for (const event of events)
      if (chatTypes.includes(event.type)) applyEvent(view, event as unknown as LogEvent, reader.user.id);
    expect(toComparable(view)).toEqual(toComparable(fresh.view));
    const { recovered, missed } = await comeBack(reader, start.seq);
    expect(recovered).toBe(true);
    const caughtUp: View = new Map(start.view);
    applyMissed(caughtUp, missed);
    expect(toComparable(caughtUp)).toEqual(toComparable(fresh.view));
  });

  it.each([
    ['a ban that erases', banAndErase],
    ['an account that is erased', eraseAccount],
  ] as const)('after %s more than is told one by one is asked for', async (_name, erase) => {
    const { guest, member: reader, room } = party;
    const count = limits.maxReplayedMessages + 1;
    await server.database.db.query(
      `WITH r AS (UPDATE rooms SET last_seq = last_seq + $3, message_count = message_count + $3 WHERE id = $1
         RETURNING last_seq - $3 AS seq, message_count - $3 AS ordinal)
       INSERT INTO messages (id, room_id, seq, user_id, text, created_at, revision, ordinal)
       SELECT gen_random_uuid(), $1, r.seq + n, $2, 'spam', now(), r.seq + n, r.ordinal + n
       FROM r, generate_series(1, $3::int) n`,
      [room.id, guest.user.id, count],
    );
    const { seq } = await snapshot(reader);
    await erase(guest);
    const last = await position();
    // One more for the ban, or for the leaving.
    expect(last).toBe(seq + count + 1);
    await reader.next('room.position', (told) => told.seq === last);
    expect(reader.frames.filter(({ type }) => type === 'chat.messageChanged')).toEqual([]);
    const { recovered, missed } = await comeBack(reader, seq);
    expect([recovered, missed]).toEqual([false, []]);
    const { messages } = await readHistory(reader, room.slug, { limit: '100' });
    expect(new Set(messages.map(({ text }) => text))).toEqual(new Set(['']));
  });
});
