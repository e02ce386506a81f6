import { randomUUID } from 'node:crypto';
import type { RestMessage } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, ban, call, type Party, startParty, upload } from './chat-rig.ts';
import type { PostgresKind } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';

interface Found {
  results: {
    message: RestMessage;
    room_slug: string;
    room_title: string;
    snippet: { text: string; is_match: boolean }[];
  }[];
  next_cursor: string | null;
}

describe.each<PostgresKind>(['embedded', 'debian'])('searching on %s PostgreSQL', (postgres) => {
  let server: TestServer;
  let open: Party;
  let hidden: Party;

  const say = (socket: TestSocket, text: string, { room }: Party = open) =>
    socket.request('chat.send', { text, roomSlug: room.slug });
  const search = (person: TestSocket, query: Record<string, string>) =>
    call<Found>(person, `/v1/search?${new URLSearchParams(query)}`);
  const textsFor = async (person: TestSocket, query: string, more: Record<string, string> = {}) => {
    const { status, body } = await search(person, { query, ...more });
    expect(status).toBe(200);
    return body.results.map(({ message }) => message.text);
  };
  /** Somebody who has not searched yet: each person may so many times. */
  const newcomer = () => server.connect('Newcomer');

  beforeAll(async () => {
    server = await startTestServer({ postgres });
    [open, hidden] = [await startParty(server), await startParty(server, false)];
    for (const text of ['Кошки спят на крыше', 'The cats were sleeping', 'Собака лает', 'nothing of that'])
      await say(open.member, text);
    await say(hidden.member, 'Тайная кошка', hidden);
  });
  afterAll(async () => {
    await Promise.all([open.close(), hidden.close()]);
    await server.close();
  });

  it('finds words in any form, in Russian and in English, newest first', async () => {
    const reader = await newcomer();
    await say(open.member, 'У кошки четыре лапы');
    expect(await textsFor(reader, 'кошка')).toEqual(['У кошки четыре лапы', 'Кошки спят на крыше']);
    expect(await textsFor(reader, 'cat sleeps')).toEqual(['The cats were sleeping']);
    expect(await textsFor(reader, 'кошки -лапы')).toEqual(['Кошки спят на крыше']);
    expect(await textsFor(reader, '"спят на крыше"')).toEqual(['Кошки спят на крыше']);
    expect(await textsFor(reader, 'собака or cats')).toEqual(['Собака лает', 'The cats were sleeping']);
    await reader.close();
  });

  it('finds what the last word begins', async () => {
    const reader = await newcomer();
    expect(await textsFor(reader, 'соба')).toEqual(['Собака лает']);
    expect(await textsFor(reader, 'the slee')).toEqual(['The cats were sleeping']);
    await reader.close();
  });

  it('finds nothing by stop words, signs, or what shall not be there alone', async () => {
    const reader = await newcomer();
    for (const query of ['и', 'the', '-кошка', '!!!', '&', "' | '", ':*', '\\', '"', '<->']) {
      expect(await textsFor(reader, query)).toEqual([]);
    }
    await reader.close();
  });

  it('looks into rooms that the person may read, and into no others', async () => {
    const reader = await newcomer();
    expect(await textsFor(reader, 'тайная')).toEqual([]);
    expect(await textsFor(hidden.guest, 'тайная')).toEqual(['Тайная кошка']);
    await server.database.db.transaction((tx) => ban(tx, at(hidden.room, hidden.guest)));
    expect(await textsFor(hidden.guest, 'тайная')).toEqual([]);
    const named = await search(reader, { query: 'тайная', room_slug: hidden.room.slug });
    expect([named.status, JSON.stringify(named.body)]).not.toContain('Тайная');
    expect(named.status).toBe(403);
    await server.database.db.transaction((tx) => ban(tx, at(open.room, reader)));
    expect(await textsFor(reader, 'кошки')).toEqual([]);
    await reader.close();
  });

  it('can be of one room and of one person', async () => {
    await say(open.moderator, 'собака модератора');
    const reader = await newcomer();
    const { id } = open.moderator.user;
    expect(await textsFor(reader, 'собака', { user_id: id })).toEqual(['собака модератора']);
    expect(await textsFor(reader, 'собака', { room_slug: 'general' })).toEqual([]);
    await reader.close();
  });

  it('can be of a time, of what has files, and of what names addresses, also without a word', async () => {
    const reader = await newcomer();
    const { id } = open.moderator.user;
    const from = new Date().toISOString();
    const attachmentId = await upload(server.database.db, at(open.room, open.moderator));
    await open.moderator.request('chat.send', {
      ...{ text: 'отчёт', roomSlug: open.room.slug, attachmentIds: [attachmentId] },
    });
    await say(open.moderator, 'отчёт на https://reports.example/1');
    const reports = ['отчёт на https://reports.example/1', 'отчёт'];
    expect(await textsFor(reader, 'отчёты', { sent_from: from })).toEqual(reports);
    expect(await textsFor(reader, 'отчёты', { sent_before: from })).toEqual([]);
    expect(await textsFor(reader, 'отчёты', { has: 'file' })).toEqual(['отчёт']);
    expect(await textsFor(reader, 'отчёты', { has: 'link' })).toEqual([reports[0]]);
    const found = async (query: Record<string, string>) =>
      (await search(reader, query)).body.results.map(({ message, snippet }) => [message.text, snippet]);
    expect(await found({ sent_from: from, user_id: id })).toEqual(
      reports.map((text) => [text, [{ text, is_match: false }]]),
    );
    expect(await found({ has: 'file', room_slug: open.room.slug })).toHaveLength(1);
    const everything = await search(reader, { room_slug: open.room.slug });
    expect([everything.status, everything.body]).toMatchObject([400, { error: 'ValidationError' }]);
    await reader.close();
  });

  it('without a word shows no room that the person may not read', async () => {
    const reader = await newcomer();
    const { id } = hidden.member.user;
    await say(hidden.member, 'тайна https://secret.example', hidden);
    const found = await search(reader, { user_id: id, has: 'link' });
    expect(found.body.results).toEqual([]);
    await reader.close();
  });

  it('finds what was edited by its new words, and what was deleted not at all', async () => {
    const reader = await newcomer();
    const { id } = await say(open.member, 'жираф');
    await open.member.request('chat.edit', { messageId: id, text: 'бегемот' });
    expect([await textsFor(reader, 'жираф'), await textsFor(reader, 'бегемоты')]).toEqual([[], ['бегемот']]);
    await open.member.request('chat.delete', { messageId: id });
    expect(await textsFor(reader, 'бегемот')).toEqual([]);
    await reader.close();
  });

  it('shows where the words are in pieces, and nobody’s text can pretend to be one', async () => {
    const reader = await newcomer();
    await say(open.member, 'до \uE000обман\uE001 <b>и</b> слон после');
    const { body } = await search(reader, { query: 'слоны' });
    const { snippet, room_title } = body.results[0]!;
    expect(room_title).toBe(open.room.title);
    expect(snippet.filter(({ is_match }) => is_match)).toEqual([{ text: 'слон', is_match: true }]);
    expect(JSON.stringify(snippet)).not.toMatch(/[\uE000\uE001]/);
    await reader.close();
  });

  it('is paged by cursor, nothing twice and nothing lost, and refuses what is no cursor', async () => {
    const reader = await newcomer();
    await Promise.all(Array.from({ length: 25 }, (_, n) => say(open.member, `пингвин ${n}`)));
    const texts: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await search(reader, { query: 'пингвины', limit: '10', ...(cursor && { cursor }) });
      texts.push(...page.body.results.map(({ message }) => message.text));
      cursor = page.body.next_cursor;
    } while (cursor);
    expect([texts.length, new Set(texts).size]).toEqual([25, 25]);
    for (const wrong of ['x', `1.${'-'.repeat(36)}`, `999999999999999.${randomUUID()}`]) {
      expect((await search(reader, { query: 'пингвин', cursor: wrong })).status).toBe(400);
    }
    await reader.close();
  });

  it('too often is refused', async () => {
    const eager = await newcomer();
    const answers = await Promise.all(Array.from({ length: 30 }, () => search(eager, { query: 'кошки' })));
    const statuses = answers.map(({ status }) => status);
    expect([...new Set(statuses)].sort()).toEqual([200, 429]);
    await eager.close();
  });
});
