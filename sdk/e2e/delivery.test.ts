import { randomUUID } from 'node:crypto';
import { type Client, createClient, type Failure, type OpenRoom } from '@boltorezka/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../signaling/test/start-server.ts';
import { until } from './until.ts';

const textsOf = (room: OpenRoom): string[] => room.state.get().messages.map(({ text }) => text);

describe('a conversation on a real server', () => {
  let server: TestServer;
  const clients: Client[] = [];
  const arrive = async (name: string): Promise<Client> => {
    const client = createClient({ baseUrl: server.url });
    clients.push(client);
    await client.auth.register({ email: `${randomUUID()}@test.local`, password: 'password123', name });
    await until(client.connection.state, ({ status }) => status === 'online');
    return client;
  };
  const enter = async (client: Client, slug: string): Promise<OpenRoom> => {
    const room = client.rooms.open(slug);
    await until(room.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
    return room;
  };
  const createRoom = async (client: Client): Promise<string> => {
    const slug = `room-${randomUUID().slice(0, 8)}`;
    await client.rooms.create({ slug, title: 'A room' });
    return slug;
  };

  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    for (const client of clients) client.close();
    await server.close();
  });

  it.each<Failure>([
    { kind: 'socketLost' },
    { kind: 'serverGone', durationMs: 500 },
    { kind: 'unavailable', durationMs: 500 },
    { kind: 'blackHole', durationMs: 2_000 },
  ])('loses, doubles and reorders nothing through %j', async (failure) => {
    const [anna, boris] = [await arrive('Anna'), await arrive('Boris')];
    const slug = await createRoom(anna);
    const [annas, boriss] = [await enter(anna, slug), await enter(boris, slug)];
    const mine = Array.from({ length: 30 }, (_, index) => `a${index}`);
    const theirs = Array.from({ length: 30 }, (_, index) => `b${index}`);
    const hurt = Promise.all([anna.simulate(failure), boris.simulate({ kind: 'socketLost' })]);
    for (let index = 0; index < 30; index += 1) {
      annas.send(mine[index] ?? '');
      boriss.send(theirs[index] ?? '');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await hurt;
    const isWhole = ({ messages }: { messages: readonly { status: string }[] }) =>
      messages.length === 60 && messages.every(({ status }) => status === 'sent');
    await Promise.all([until(annas.state, isWhole), until(boriss.state, isWhole)]);
    expect(textsOf(annas)).toEqual(textsOf(boriss));
    expect(textsOf(annas).filter((text) => text.startsWith('a'))).toEqual(mine);
    expect(textsOf(annas).filter((text) => text.startsWith('b'))).toEqual(theirs);
    const fresh = await enter(await arrive('Clara'), slug);
    while (fresh.state.get().hasOlder) await fresh.loadOlder();
    expect(textsOf(fresh)).toEqual(textsOf(annas));
  });

  it('is read from end to end by a client that holds a part of it, as by one that holds all', async () => {
    const hold = async (maxLoadedMessages: number): Promise<Client> => {
      const client = createClient({ baseUrl: server.url, maxLoadedMessages });
      clients.push(client);
      const name = `Holds ${maxLoadedMessages}`;
      await client.auth.register({ email: `${randomUUID()}@test.local`, password: 'password123', name });
      await until(client.connection.state, ({ status }) => status === 'online');
      return client;
    };
    const [anna, part, all] = [await arrive('Anna'), await hold(200), await hold(Number.POSITIVE_INFINITY)];
    const slug = await createRoom(anna);
    const [annas, parts, alls] = [await enter(anna, slug), await enter(part, slug), await enter(all, slug)];
    const said = Array.from({ length: 420 }, (_, index) => `m${index}`);
    const hurt = Promise.all([part.simulate({ kind: 'socketLost' }), all.simulate({ kind: 'socketLost' })]);
    for (const text of said) annas.send(text);
    await hurt;
    const hasLast = ({ messages }: { messages: readonly { text: string }[] }) =>
      messages.at(-1)?.text === 'm419';
    await Promise.all([until(parts.state, hasLast), until(alls.state, hasLast)]);
    expect(textsOf(parts).length).toBeLessThanOrEqual(200);
    while (alls.state.get().hasOlder) await alls.loadOlder();
    expect(textsOf(alls)).toEqual(said);
    const read = new Map(parts.state.get().messages.map((message) => [message.id, message]));
    const collect = () => {
      const { messages } = parts.state.get();
      expect(messages.length).toBeLessThanOrEqual(200);
      for (const message of messages) read.set(message.id, message);
    };
    while (parts.state.get().hasOlder) await parts.loadOlder().then(collect);
    expect(textsOf(parts)[0]).toBe('m0');
    while (!parts.state.get().isAtNewest) await parts.loadNewer().then(collect);
    expect(textsOf(parts).at(-1)).toBe('m419');
    const inOrder = [...read.values()].sort((one, other) => (one.seq ?? 0) - (other.seq ?? 0));
    expect(inOrder.map(({ text }) => text)).toEqual(said);
  });

  it('is the same for who followed it and for who reads it afterwards, whatever was changed', async () => {
    const [anna, boris] = [await arrive('Anna'), await arrive('Boris')];
    const slug = await createRoom(anna);
    const [annas, boriss] = [await enter(anna, slug), await enter(boris, slug)];
    for (const text of ['first', 'second', 'third']) annas.send(text);
    const { messages } = await until(
      boriss.state,
      (state) => state.messages.filter(({ status }) => status === 'sent').length === 3,
    );
    const [first, second, third] = messages.map(({ id }) => id ?? '');
    if (!first || !second || !third) throw new Error('Three messages have ids');
    await until(annas.state, (state) => state.messages.every(({ status }) => status === 'sent'));
    boriss.send({ text: 'an answer', replyTo: first });
    boriss.react(second, '👍', true);
    annas.react(second, '👍', true);
    annas.edit(first, 'first, edited');
    annas.pin(second, true);
    annas.delete(third);
    const thread = boriss.openThread(second);
    thread.send('in the thread');
    const isSettled = ({ messages: shown }: { messages: readonly { text: string; change: unknown }[] }) =>
      shown.length === 4 && shown.every(({ change }) => change === null);
    await Promise.all([until(annas.state, isSettled), until(boriss.state, isSettled)]);
    await until(thread.state, (state) => state.messages.at(-1)?.status === 'sent');
    await until(annas.state, (state) => state.messages[1]?.thread?.replyCount === 1);
    await until(boriss.state, (state) => state.messages[1]?.reactions[0]?.count === 2);
    await until(boriss.state, (state) => state.messages[3]?.replyTo?.text === 'first, edited');
    await until(boriss.state, ({ messages: [, b, c] }) => b?.pinnedAt != null && c?.isDeleted === true);
    const shownTo = (room: OpenRoom) => room.state.get().messages.map(({ key: _key, ...message }) => message);
    const again = createClient({ baseUrl: server.url });
    clients.push(again);
    const login = { email: boris.auth.state.get().user?.email ?? '', password: 'password123' };
    await again.auth.login(login);
    expect(shownTo(await enter(again, slug))).toEqual(shownTo(boriss));
  });
});
