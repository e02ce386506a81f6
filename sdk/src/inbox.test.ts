import { toSnakeCase } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { message, roomId } from '../test/fixtures.ts';
import { createScriptedServer, type ScriptedServer, user } from '../test/scripted-server.ts';
import { createSignedInClient } from '../test/signed-in.ts';
import { until } from '../test/until.ts';
import type { InboxItem } from './types/inbox.ts';
import type { Client } from './types.ts';

const entry = (seq: number, fields: object = {}) => ({
  kind: 'mention' as const,
  roomId,
  roomSlug: 'general',
  roomTitle: 'General',
  message: message(seq, { mentions: [{ userId: user.id, userName: user.name }] }),
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
  isRead: false,
  ...fields,
});

describe('the inbox', () => {
  let server: ScriptedServer;
  let client: Client;
  const seqs = () => client.inbox.state.get().entries.map((item) => item.message.seq);
  const tell = (type: string, payload: object) => server.sockets.at(-1)?.sendEvent(type, payload);

  beforeEach(async () => {
    server = await createScriptedServer();
    server.rest.set('GET /v1/inbox', ({ query }) => ({
      status: 200,
      body: query.has('cursor')
        ? { entries: [toSnakeCase(entry(1, { isRead: true }))], unread_count: 2, next_cursor: null }
        : { entries: [entry(5), entry(3)].map(toSnakeCase), unread_count: 2, next_cursor: 'older' },
    }));
    client = await createSignedInClient(server);
    await until(client.inbox.state, ({ status }) => status === 'ready');
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  it('tells nothing of what somebody wrote who is blocked by now, and is read again when they are', async () => {
    const heard: (number | null)[] = [];
    client.inbox.onAdded(({ message: { seq } }) => heard.push(seq));
    const { userId, userName } = message(7);
    server.rest.set('GET /v1/inbox', () => ({
      ...{ status: 200, body: { entries: [], unread_count: 0, next_cursor: null } },
    }));
    tell('blocks.changed', { userId, userName, isBlocked: true });
    await until(client.inbox.state, ({ unreadCount }) => unreadCount === 0);
    // It was on its way.
    tell('inbox.added', entry(7));
    tell('blocks.changed', { userId, userName, isBlocked: false });
    tell('inbox.added', entry(8));
    await client.connection.request('ping', {});
    expect(heard).toEqual([8]);
  });

  it('is read when somebody is online, the newest first, and further back', async () => {
    expect(seqs()).toEqual([5, 3]);
    expect(client.inbox.state.get()).toMatchObject({ unreadCount: 2, hasOlder: true });
    expect(client.inbox.state.get().entries[0]?.message.mentionsMe).toBe(true);
    await client.inbox.loadOlder();
    expect(seqs()).toEqual([5, 3, 1]);
    expect(client.inbox.state.get().hasOlder).toBe(false);
  });

  it('tells once of what is new', async () => {
    const told: InboxItem[] = [];
    client.inbox.onAdded((item) => told.push(item));
    tell('inbox.added', entry(7));
    await until(client.inbox.state, ({ entries }) => entries.length === 3);
    expect(seqs()).toEqual([7, 5, 3]);
    expect(client.inbox.state.get().unreadCount).toBe(3);
    tell('inbox.added', entry(7));
    await client.connection.request('ping', {});
    expect(told.map((item) => item.message.seq)).toEqual([7]);
    expect(client.inbox.state.get().unreadCount).toBe(3);
  });

  it('is read up to where the room was read, at whichever device', async () => {
    await client.inbox.loadOlder();
    const read = { roomId, roomSlug: 'general', seq: 4, messageCount: 4, unreadMentionCount: 1 };
    tell('chat.readChanged', read);
    await until(client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(client.inbox.state.get().entries.map(({ isRead }) => isRead)).toEqual([false, true, true]);
  });

  it('keeps what stands in threads until those are read, or nothing of the room is unread', async () => {
    const threadRootId = message(1).id;
    const inThread = (seq: number) =>
      entry(seq, { kind: 'thread', message: message(seq, { threadRootId }), isRead: false });
    for (const seq of [6, 7]) tell('inbox.added', inThread(seq));
    await until(client.inbox.state, ({ unreadCount }) => unreadCount === 4);
    const place = { roomId, roomSlug: 'general' };
    const isRead = () => client.inbox.state.get().entries.map((item) => item.isRead);
    tell('chat.readChanged', { ...place, seq: 9, messageCount: 4, unreadMentionCount: 2 });
    await until(client.inbox.state, ({ unreadCount }) => unreadCount === 2);
    expect(isRead()).toEqual([false, false, true, true]);
    tell('chat.threadReadChanged', { ...place, threadRootId, seq: 6, unreadCount: 1 });
    await until(client.inbox.state, ({ unreadCount }) => unreadCount === 1);
    expect(isRead()).toEqual([false, true, true, true]);
    tell('chat.readChanged', { ...place, seq: 9, messageCount: 4, unreadMentionCount: 0 });
    await until(client.inbox.state, ({ unreadCount }) => unreadCount === 0);
  });

  it('forgets what was deleted, and who is named no more in it', async () => {
    const changed = (seq: number, change: string, fields: object) =>
      tell('chat.messageChanged', {
        ...{ roomId, seq: 8, epoch: message(seq).epoch, change },
        message: message(seq, { revision: 8, ...fields }),
      });
    changed(3, 'edited', { mentions: [{ userId: user.id, userName: user.name }] });
    changed(5, 'deleted', { text: '', deletedAt: message(5).createdAt });
    await until(client.inbox.state, ({ entries }) => entries.length === 1);
    expect(seqs()).toEqual([3]);
    expect(client.inbox.state.get().unreadCount).toBe(1);
    changed(3, 'edited', {});
    await until(client.inbox.state, ({ entries }) => entries.length === 0);
    expect(client.inbox.state.get().unreadCount).toBe(0);
  });

  it('is all read at once, and as it was where the server refuses', async () => {
    server.rest.set('POST /v1/inbox/read', () => ({ status: 200, body: { ok: true } }));
    await client.inbox.markAllRead();
    expect(client.inbox.state.get().unreadCount).toBe(0);
    server.rest.set('POST /v1/inbox/read', () => ({ status: 503, body: { error: 'Unavailable' } }));
    await expect(client.inbox.markAllRead()).rejects.toMatchObject({ code: 'Unavailable' });
    expect(client.inbox.state.get().unreadCount).toBe(2);
  });

  it('is nobody’s after signing out', async () => {
    await client.auth.logout();
    expect(client.inbox.state.get()).toMatchObject({ entries: [], unreadCount: 0, status: 'loading' });
  });
});
