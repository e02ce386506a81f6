import { toSnakeCase } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { message, roomId } from '../test/fixtures.ts';
import { createScriptedServer, type ScriptedServer, user } from '../test/scripted-server.ts';
import { createSignedInClient } from '../test/signed-in.ts';
import { until } from '../test/until.ts';
import type { Client } from './types.ts';

const entry = (seq: number) => ({
  ...{ kind: 'mention', roomId, roomSlug: 'general', roomTitle: 'General', isRead: true },
  message: message(seq, { mentions: [{ userId: user.id, userName: user.name }] }),
  createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString(),
});

describe('an inbox in which somebody has gone back', () => {
  let server: ScriptedServer;
  let client: Client;
  let newest: number;
  let unreadCount: number;
  /** What was asked for: from where, and how many. */
  let asked: string[];
  /** Comes before the answer to what is asked so. */
  let before: Map<string, () => unknown>;

  const seqs = () => client.inbox.state.get().entries.map((item) => item.message.seq);
  const reach = () => ({ count: seqs().length, first: seqs()[0], last: seqs().at(-1) });
  const tell = (type: string, payload: object) => server.sockets.at(-1)?.sendEvent(type, payload);
  const goBack = async (pages: number) => {
    for (let page = 0; page < pages; page += 1) await client.inbox.loadOlder();
    asked = [];
  };

  beforeEach(async () => {
    newest = 1000;
    unreadCount = 0;
    asked = [];
    before = new Map();
    server = await createScriptedServer();
    server.rest.set('GET /v1/inbox', async ({ query }) => {
      const from = Number(query.get('cursor') ?? newest);
      const limit = Number(query.get('limit') ?? 50);
      const what = `${query.has('cursor') ? from : 'newest'} ${limit}`;
      asked.push(what);
      const body = {
        entries: Array.from({ length: limit }, (_, n) => toSnakeCase(entry(from - n))),
        unread_count: unreadCount,
        next_cursor: `${from - limit}`,
      };
      await before.get(what)?.();
      return { status: 200, body };
    });
    client = await createSignedInClient(server);
    await until(client.inbox.state, ({ status }) => status === 'ready');
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  it('shows as much when it is read again, what is new in it before all else', async () => {
    await goBack(1);
    newest = 1002;
    await client.inbox.refresh();
    expect([asked, reach()]).toEqual([['newest 100'], { count: 100, first: 1002, last: 903 }]);
    await client.inbox.loadOlder();
    expect(reach()).toEqual({ count: 150, first: 1002, last: 853 });
  });

  it('is read page by page where it is long, and not further than three hundred', async () => {
    await goBack(3);
    await client.inbox.refresh();
    expect([asked, reach().last]).toEqual([['newest 100', '900 100'], 801]);
    await goBack(4);
    await client.inbox.refresh();
    expect([asked, reach().last]).toEqual([['newest 100', '900 100', '800 100'], 701]);
  });

  it('shows what was read of one moment, where it was another while it was read', async () => {
    await goBack(3);
    before.set('newest 100', () => {
      unreadCount = 1;
    });
    await client.inbox.refresh();
    expect([asked, reach().last, client.inbox.state.get().unreadCount]).toEqual([
      ...[['newest 100', '900 100'], 901, 0],
    ]);
    await goBack(2);
    before.set('newest 100', () => {
      tell('inbox.added', { ...entry(1001), isRead: true });
      return until(client.inbox.state, ({ entries }) => entries[0]?.message.seq === 1001);
    });
    await client.inbox.refresh();
    expect([asked, reach().first, reach().last]).toEqual([['newest 100'], 1001, 901]);
  });

  it('has no gap where more was asked for while it was being read again', async () => {
    await goBack(7);
    let crossing: Promise<void> | undefined;
    const { promise: isHeld, resolve: release } = Promise.withResolvers<void>();
    before.set('600 50', () => isHeld);
    before.set('800 100', async () => {
      before.delete('800 100');
      crossing = client.inbox.loadOlder();
      await expect.poll(() => asked).toContain('600 50');
    });
    await client.inbox.refresh();
    expect(reach()).toEqual({ count: 300, first: 1000, last: 701 });
    release();
    await crossing;
    await client.inbox.loadOlder();
    expect(reach()).toEqual({ count: 350, first: 1000, last: 651 });
  });
});
