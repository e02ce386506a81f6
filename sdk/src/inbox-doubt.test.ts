import { toSnakeCase } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ChatRig, createChatRig } from '../test/chat-rig.ts';
import { message, roomId, roomOf } from '../test/fixtures.ts';
import { user, uuid } from '../test/scripted-server.ts';
import { until } from '../test/until.ts';

type Fields = Parameters<typeof message>[1];

const entry = (seq: number, fields: object = {}, ofMessage: Fields = {}) => ({
  ...{ kind: 'mention', roomId, roomSlug: 'general', roomTitle: 'General', isRead: false },
  message: message(seq, { mentions: [{ userId: user.id, userName: user.name }], ...ofMessage }),
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
  ...fields,
});
type Entry = ReturnType<typeof entry>;
const read = (seq: number, unreadMentionCount: number) => ({
  ...{ roomId, roomSlug: 'general', seq, messageCount: seq, unreadMentionCount },
});
const deleted = (seq: number) => ({
  ...{ roomId, seq: 20, epoch: message(seq).epoch, change: 'deleted' },
  message: message(seq, { text: '', deletedAt: message(seq).createdAt, revision: 20 }),
});

describe('an inbox of which more happens than is told, or in another order', () => {
  let rig: ChatRig;
  /** What the server has: the newest first, and further back what the first page does not show. */
  let has: { entries: Entry[]; older: Entry[] };
  /** What an answer waits for, once it is made. */
  let held: Promise<void> | undefined;
  let reads = 0;

  const tell = (type: string, payload: object) => rig.server.sockets.at(-1)?.sendEvent(type, payload);
  const settle = () => rig.client.connection.request('ping', {});
  const inbox = () => rig.client.inbox.state.get();
  /** `7` unread, `(5)` read. */
  const shown = () => inbox().entries.map(({ message: { seq }, isRead }) => (isRead ? `(${seq})` : `${seq}`));
  const namedInList = () => rig.client.rooms.state.get().rooms[0]?.mentionCount;
  const unread = () => [...has.entries, ...has.older].filter(({ isRead }) => !isRead).length;
  const start = async (entries: Entry[], older: Entry[] = []) => {
    has = { entries, older };
    await rig.client.rooms.refresh();
    await rig.client.inbox.refresh();
    reads = 0;
  };
  /** The next answers are of now, and come when the function that this gives is called. */
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return resolve;
  };

  beforeEach(async () => {
    rig = await createChatRig();
    held = undefined;
    has = { entries: [], older: [] };
    rig.server.rest.set('GET /v1/rooms', () => ({
      ...{ status: 200, body: { rooms: [{ ...roomOf(10, 'general'), unread_mention_count: unread() }] } },
    }));
    rig.server.rest.set('GET /v1/inbox', async ({ query }) => {
      const isOlder = query.has('cursor');
      const body = {
        entries: (isOlder ? has.older : has.entries).map(toSnakeCase),
        unread_count: unread(),
        next_cursor: isOlder || has.older.length === 0 ? null : 'older',
      };
      reads += 1;
      await held;
      return { status: 200, body };
    });
    await start([]);
  });
  afterEach(() => rig.close());

  it('keeps unread what was told before a mark that was counted without it, in the list of rooms too', async () => {
    await start([entry(5)]);
    has.entries = [entry(7), entry(5, { isRead: true })];
    tell('inbox.added', entry(7));
    tell('chat.readChanged', read(5, 0));
    await expect.poll(() => reads).toBe(1);
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect([shown(), namedInList()]).toEqual([['7', '(5)'], 1]);
  });

  it('keeps unread what an answer holds that is newer than a mark told meanwhile', async () => {
    await start([entry(5)]);
    has.entries = [entry(7), entry(5, { isRead: true })];
    const release = hold();
    const refreshed = rig.client.inbox.refresh();
    await expect.poll(() => reads).toBe(1);
    tell('chat.readChanged', read(5, 0));
    tell('inbox.added', entry(7));
    await settle();
    release();
    await refreshed;
    expect(shown()).toEqual(['7', '(5)']);
    await settle();
    expect([inbox().unreadCount, reads]).toEqual([1, 1]);
  });

  it('is read again where it was counted of another moment than the answer', async () => {
    await start([entry(5), entry(4)]);
    const release = hold();
    const refreshed = rig.client.inbox.refresh();
    await expect.poll(() => reads).toBe(1);
    // Told of a deletion to whoever is not in the room, by the count alone.
    has.entries = [entry(5)];
    tell('chat.readChanged', read(0, 1));
    await settle();
    release();
    await refreshed;
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(shown()).toEqual(['5']);
  });

  it('loses what was deleted in a room that is not open here', async () => {
    await start([entry(5), entry(3)]);
    has.entries = [entry(3)];
    tell('chat.readChanged', read(0, 1));
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(shown()).toEqual(['3']);
    has.entries = [];
    tell('chat.readChanged', read(0, 0));
    await until(rig.client.inbox.state, ({ entries }) => entries.length === 0);
  });

  it('is not unread where it is told again after it was read', async () => {
    await start([entry(5)]);
    has.entries = [entry(7, { isRead: true }), entry(5, { isRead: true })];
    tell('chat.readChanged', read(9, 0));
    tell('inbox.added', entry(7));
    tell('chat.readChanged', read(7, 1));
    await expect.poll(() => reads).toBe(1);
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 0);
    expect([shown(), namedInList()]).toEqual([['(7)', '(5)'], 0]);
  });

  it('asks whether a mark came before the change that named somebody, or after it', async () => {
    await start([]);
    const changed = entry(4, {}, { editedAt: message(9).createdAt });
    has.entries = [changed];
    tell('inbox.added', changed);
    tell('chat.readChanged', read(6, 0));
    await expect.poll(() => reads).toBe(1);
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(shown()).toEqual(['4']);
  });

  it('counts nothing twice that is told again and stands further back', async () => {
    await start([entry(5), entry(3)], [entry(2)]);
    tell('inbox.added', entry(2));
    await expect.poll(() => reads).toBe(1);
    await settle();
    expect([inbox().unreadCount, shown()]).toEqual([3, ['5', '3']]);
  });

  it('counts what is read of it further back, and does not ask again where nothing of that is', async () => {
    const elsewhere = { roomId: uuid(11), roomSlug: 'elsewhere' };
    await start([entry(5), entry(3)], [entry(2, elsewhere, { roomId: uuid(11) })]);
    has.older = [entry(2, { ...elsewhere, isRead: true })];
    tell('chat.readChanged', { ...read(2, 0), ...elsewhere });
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 2);
    has.older = [entry(2), entry(1)];
    await rig.client.inbox.refresh();
    reads = 0;
    tell('chat.readChanged', { ...read(3, 0), ...elsewhere });
    await settle();
    await settle();
    expect([reads, inbox().unreadCount]).toEqual([0, 4]);
  });

  it('is read again where a mark crossed an answer that does not hold all that is unread', async () => {
    await start([entry(5)]);
    has.older = [entry(2)];
    const release = hold();
    const refreshed = rig.client.inbox.refresh();
    await expect.poll(() => reads).toBe(1);
    // The answer was made before the mark; of what it counts and does not hold, the mark has read all.
    has.older = [entry(2, { isRead: true })];
    tell('chat.readChanged', read(2, 1));
    await settle();
    release();
    await refreshed;
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(shown()).toEqual(['5']);
  });

  it('shows nothing of a room that is lost, and what it held when it may be entered again', async () => {
    await start([entry(5)]);
    has.entries = [];
    tell('room.removed', { roomId, roomSlug: 'general', reason: 'banned' });
    await until(rig.client.inbox.state, ({ entries }) => entries.length === 0);
    expect(inbox().unreadCount).toBe(0);
    has.entries = [entry(5)];
    const { id, slug, title, is_public, created_at } = roomOf(10, 'general');
    const names = { roomId: id, roomSlug: slug, roomTitle: title };
    tell('room.created', { ...names, isPublic: is_public, createdAt: created_at });
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 1);
  });

  it('shows nothing of an older page that was deleted while that was on its way', async () => {
    await start([entry(5)], [entry(2), entry(1)]);
    const release = hold();
    const loaded = rig.client.inbox.loadOlder();
    await expect.poll(() => reads).toBe(1);
    tell('chat.messageChanged', deleted(2));
    await settle();
    release();
    await loaded;
    expect([shown(), inbox().unreadCount]).toEqual([['5', '1'], 2]);
  });

  it('takes the answer to a mark of its own, of which nothing is told where it was kept before', async () => {
    await start([entry(1)]);
    rig.room.log = [message(1)];
    rig.server.handlers.set('chat.markRead', () => ({ ack: read(1, 0) }));
    const room = await rig.open();
    room.markRead(1);
    await until(rig.client.inbox.state, ({ unreadCount }) => unreadCount === 0);
    expect(shown()).toEqual(['(1)']);
  });

  it('is unread as before in every room of the list where the server refuses to have it all read', async () => {
    const rooms = [
      { ...roomOf(10, 'general'), unread_mention_count: 1 },
      { ...roomOf(20, 'further-back'), unread_mention_count: 2 },
    ];
    rig.server.rest.set('GET /v1/rooms', () => ({ status: 200, body: { rooms } }));
    for (const room of rooms)
      rig.server.rest.set(`GET /v1/rooms/${room.slug}`, () => ({ status: 200, body: { room } }));
    const elsewhere = { roomId: uuid(20), roomSlug: 'further-back', roomTitle: 'further-back' };
    await start([entry(5)], [entry(2, elsewhere), entry(1, elsewhere)]);
    const counts = () => rig.client.rooms.state.get().rooms.map(({ mentionCount }) => mentionCount);
    rig.server.rest.set('POST /v1/inbox/read', () => ({ status: 503, body: { error: 'Unavailable' } }));
    const marked = rig.client.inbox.markAllRead();
    expect(counts()).toEqual([0, 0]);
    await expect(marked).rejects.toMatchObject({ code: 'Unavailable' });
    await expect.poll(counts).toEqual([1, 2]);
  });

  it('asks nothing more for somebody who has signed out while it was marked read in vain', async () => {
    await start([entry(5)]);
    const { promise: refused, resolve: refuse } = Promise.withResolvers<void>();
    rig.server.rest.set('POST /v1/inbox/read', async () => {
      await refused;
      return { status: 503, body: { error: 'Unavailable' } };
    });
    const marked = rig.client.inbox.markAllRead().catch((error: unknown) => error);
    await rig.client.auth.logout();
    refuse();
    expect(await marked).toMatchObject({ code: 'Unavailable' });
    expect([reads, inbox().status]).toEqual([0, 'loading']);
  });
});
