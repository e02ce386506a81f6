import { randomUUID } from 'node:crypto';
import { AppError } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createChatRepository, MessageWriter, type NewMessage } from '../src/chat/index.ts';
import type { Database } from '../src/platform/db.ts';
import { createReadRepository } from '../src/reads/index.ts';
import { createTestDatabase, type PostgresKind, type TestDatabase } from './database.ts';
import { startTestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('writing messages on %s PostgreSQL', (kind) => {
  let database: TestDatabase;
  let userId: string;
  let rooms: string[];

  const entry = (overrides: Partial<NewMessage> = {}): NewMessage => ({
    id: randomUUID(),
    roomId: rooms[0]!,
    userId,
    text: 'hello',
    clientMessageId: undefined,
    ...overrides,
  });

  const stored = async (roomId: string) => {
    const asked = { roomId, readerId: userId, limit: 1_000 };
    return (await createChatRepository(database.db).pageAfter(asked, 0)).messages;
  };

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    userId = randomUUID();
    await database.db.query(
      `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'w@test', 'Writer', '')`,
      [userId],
    );
    rooms = [randomUUID(), randomUUID(), randomUUID()];
    for (const [index, id] of rooms.entries()) {
      await database.db.query('INSERT INTO rooms (id, slug, title) VALUES ($1, $2, $2)', [
        id,
        `room-${index}`,
      ]);
    }
  });
  afterAll(() => database.close());

  it('numbers a room 1, 2, 3 in the order of writing, and groups what one tick gathered', async () => {
    const groups: number[] = [];
    const writer = new MessageWriter({ db: database.db, onGroupWritten: (size) => groups.push(size) });
    const written = await Promise.all(
      Array.from({ length: 100 }, (_, n) => writer.write(entry({ text: `message ${n}` }))),
    );
    expect(written.map(({ message }) => message.seq)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
    expect(groups).toEqual([100]);
    expect(await stored(rooms[0]!)).toEqual(written.map(({ message }) => ({ ...message, reactions: [] })));
  });

  it('gives a retry the first result and no number, in one group and later', async () => {
    const writer = new MessageWriter({ db: database.db });
    const named = entry({ roomId: rooms[1]!, clientMessageId: 'once', text: 'the first' });
    const retry = { ...named, id: randomUUID(), text: 'a retry' };
    const [first, twin] = await Promise.all([writer.write(named), writer.write(retry)]);
    const later = await writer.write({ ...retry, id: randomUUID() });
    expect(twin).toEqual({ message: first!.message, isRetry: true });
    expect(later).toMatchObject({ message: first!.message, isRetry: true });
    const next = await writer.write(entry({ roomId: rooms[1]! }));
    expect(next.message.seq).toBe(first!.message.seq + 1);
  });

  it('takes the same name from two people as two messages', async () => {
    const other = randomUUID();
    await database.db.query(
      `INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, 'Other', '')`,
      [other, `${other}@test`],
    );
    const writer = new MessageWriter({ db: database.db });
    const results = await Promise.all([
      writer.write(entry({ clientMessageId: 'same' })),
      writer.write(entry({ clientMessageId: 'same', userId: other })),
    ]);
    expect(results.map(({ isRetry }) => isRetry)).toEqual([false, false]);
  });

  it('lets one bad message fail alone', async () => {
    const writer = new MessageWriter({ db: database.db });
    const results = await Promise.allSettled([
      writer.write(entry({ text: 'good' })),
      writer.write(entry({ userId: randomUUID(), text: 'of nobody' })),
      writer.write(entry({ roomId: randomUUID(), text: 'to nowhere' })),
      writer.write(entry({ text: 'good as well' })),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
    expect((results[2] as PromiseRejectedResult).reason).toMatchObject({ code: 'RoomNotFound' });
  });

  it('keeps every number once and without gaps where two processes write to the same rooms', async () => {
    const writers = [new MessageWriter({ db: database.db }), new MessageWriter({ db: database.db })];
    const roomId = rooms[2]!;
    const before = (await stored(roomId)).length;
    await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        // Rooms in opposite orders: what would deadlock without the order of locks.
        writers[n % 2]!.write(entry({ roomId: n % 3 === 0 ? rooms[0]! : roomId })),
      ),
    );
    const seqs = (await stored(roomId)).map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => n + 1));
    expect(seqs.length).toBeGreaterThan(before);
  });

  it('waits for a room that something else has locked, in order, while other rooms go on', async () => {
    const writer = new MessageWriter({ db: database.db, lanes: 1 });
    const [locked, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holding = database.db.transaction(async (tx) => {
      await tx.query('SELECT FROM rooms WHERE id = $1 FOR NO KEY UPDATE', [rooms[1]]);
      locked.resolve();
      await release.promise;
    });
    await locked.promise;
    const held = ['one', 'two', 'three'].map((text) => writer.write(entry({ roomId: rooms[1]!, text })));
    await writer.write(entry({ text: 'to a free room' }));
    held.push(writer.write(entry({ roomId: rooms[1]!, text: 'four' })));
    await writer.write(entry({ text: 'to a free room again' }));
    release.resolve();
    await holding;
    const written = await Promise.all(held);
    expect(written.map(({ message }) => message.text)).toEqual(['one', 'two', 'three', 'four']);
    const seqs = written.map(({ message }) => message.seq);
    expect(seqs).toEqual(seqs.map((_, index) => seqs[0]! + index));
    await writer.close();
  });

  it('keeps nobody waiting who reads a room that is being written to', async () => {
    const [begun, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slow: Database = {
      ...database.db,
      transaction: (task) =>
        database.db.transaction(async (tx) => {
          const result = await task(tx);
          begun.resolve();
          await goOn.promise;
          return result;
        }),
    };
    const writing = new MessageWriter({ db: slow }).write(entry({ text: 'not committed yet' }));
    await begun.promise;
    const reader = randomUUID();
    await database.db.query(
      `INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, 'Reader', '')`,
      [reader, `${reader}@test`],
    );
    const { state } = await createReadRepository(database.db).markRead(reader, rooms[0]!, 1);
    expect(state).toMatchObject({ seq: 1 });
    goOn.resolve();
    await writing;
  });

  it('counts the retry as the first where nobody could know whether it had been written', async () => {
    let failures = 0;
    const flaky: Database = {
      ...database.db,
      transaction: async (task) => {
        const result = await database.db.transaction(task);
        failures += 1;
        if (failures === 1) throw new AppError('Unavailable', 'the answer to COMMIT was lost');
        return result;
      },
    };
    const writer = new MessageWriter({ db: flaky });
    const named = entry({ clientMessageId: 'perhaps' });
    await expect(writer.write(named)).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    const retried = await writer.write({ ...named, id: randomUUID() });
    expect(retried).toMatchObject({ isRetry: false, message: { id: named.id } });
    expect(await writer.write({ ...named, id: randomUUID() })).toMatchObject({ isRetry: true });
  });

  it('does not count as the first what everybody was told of, though its retry met no database', async () => {
    let isAway = false;
    const away: Database = {
      ...database.db,
      transaction: (task) =>
        isAway ? Promise.reject(new AppError('Unavailable', 'away')) : database.db.transaction(task),
    };
    const writer = new MessageWriter({ db: away });
    const named = entry({ clientMessageId: 'told' });
    expect(await writer.write(named)).toMatchObject({ isRetry: false });
    isAway = true;
    await expect(writer.write({ ...named, id: randomUUID() })).rejects.toMatchObject({ code: 'Unavailable' });
    isAway = false;
    expect(await writer.write({ ...named, id: randomUUID() })).toMatchObject({ isRetry: true });
  });

  it('writes what is waiting before it closes, and takes no more', async () => {
    const writer = new MessageWriter({ db: database.db });
    const pending = writer.write(entry({ text: 'the last one' }));
    await writer.close();
    expect((await pending).message.text).toBe('the last one');
    expect(() => writer.write(entry())).toThrow(expect.objectContaining({ code: 'Unavailable' }));
  });
});

describe('chat over the wire', () => {
  it('acks after the commit and sends the message to everyone, the sender included', async () => {
    const server = await startTestServer();
    const [anna, boris] = await Promise.all([server.connect('Anna'), server.connect('Boris')]);
    await anna.request('room.join', { roomSlug: 'general' });
    await boris.request('room.join', { roomSlug: 'general' });
    const acked = await anna.request('chat.send', { text: 'Привет!', clientMessageId: 'c-1' });
    expect(acked).toMatchObject({
      text: 'Привет!',
      seq: 1,
      clientMessageId: 'c-1',
      epoch: expect.any(String),
    });
    expect(await boris.next('chat.message')).toEqual(acked);
    expect(await anna.next('chat.message')).toEqual(acked);
    expect(await anna.request('chat.send', { text: 'Привет!', clientMessageId: 'c-1' })).toEqual(acked);
    await server.close();
  });

  it('replays what a client missed, and starts over where it cannot', async () => {
    const server = await startTestServer();
    const anna = await server.connect('Anna');
    const { seq, epoch } = await anna.request('room.join', { roomSlug: 'general' });
    await Promise.all(['one', 'two', 'three'].map((text) => anna.request('chat.send', { text })));
    const back = await openSocket(server.url, anna);
    const recovered = await back.request('room.join', { roomSlug: 'general', afterSeq: seq + 1, epoch });
    expect(recovered).toMatchObject({ recovered: true, seq: seq + 3 });
    expect(recovered.missed.map(({ text }) => text)).toEqual(['two', 'three']);
    const foreign = { roomSlug: 'general', afterSeq: seq, epoch: randomUUID() };
    expect(await back.request('room.join', foreign)).toMatchObject({ recovered: false, missed: [] });
    const ahead = { roomSlug: 'general', afterSeq: seq + 99, epoch };
    expect(await back.request('room.join', ahead)).toMatchObject({ recovered: false, missed: [] });
    await server.close();
  });

  it('pages through the history by cursor, oldest page last, nothing twice and nothing lost', async () => {
    const server = await startTestServer();
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    await Promise.all(Array.from({ length: 25 }, (_, n) => anna.request('chat.send', { text: `m${n}` })));
    const read = async (before?: string) => {
      const query = new URLSearchParams({ limit: '10', ...(before ? { before } : {}) });
      const response = await fetch(`${server.url}/v1/rooms/general/messages?${query}`, {
        headers: { authorization: `Bearer ${anna.token}` },
      });
      return (await response.json()) as { messages: { seq: number }[]; next_cursor: string | null };
    };
    const seqs: number[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await read(cursor ?? undefined);
      seqs.unshift(...page.messages.map(({ seq }) => seq));
      cursor = page.next_cursor;
    } while (cursor);
    expect(seqs).toEqual(Array.from({ length: 25 }, (_, n) => n + 1));
    await server.close();
  });

  it('compresses a long page of history, and nothing that may hold a token', async () => {
    const server = await startTestServer();
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    for (let n = 0; n < 10; n += 1) await anna.request('chat.send', { text: 'the same again '.repeat(20) });
    const headers = { authorization: `Bearer ${anna.token}`, 'accept-encoding': 'br' };
    const history = await fetch(`${server.url}/v1/rooms/general/messages`, { headers });
    expect(history.headers.get('content-encoding')).toBe('br');
    expect(history.headers.get('vary')).toMatch(/accept-encoding/i);
    expect(Number(history.headers.get('content-length'))).toBeLessThan(1_500);
    const { messages } = (await history.json()) as { messages: { text: string }[] };
    expect(messages.map(({ text }) => text.length)).toEqual(Array(10).fill(300));
    const registered = await fetch(`${server.url}/v1/auth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'accept-encoding': 'br' },
      body: JSON.stringify({ email: 'long@example.org', password: 'password123', name: 'A'.repeat(48) }),
    });
    expect([registered.status, registered.headers.get('content-encoding')]).toEqual([201, null]);
    await anna.close();
    await server.close();
  });

  it('refuses who writes too fast, with the time to wait, and lets others write', async () => {
    const server = await startTestServer({ env: { RATE_LIMIT_SEND_PER_SECOND: '1' } });
    const [flooder, calm] = await Promise.all([server.connect('Flooder'), server.connect('Calm')]);
    await flooder.request('room.join', { roomSlug: 'general' });
    await calm.request('room.join', { roomSlug: 'general' });
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => flooder.request('chat.send', { text: 'flood' })),
    );
    const refused = answers.filter((answer) => answer.status === 'rejected');
    expect(refused.length).toBeGreaterThanOrEqual(6);
    expect(refused[0]?.reason.payload).toMatchObject({
      code: 'RateLimited',
      retryable: true,
      retryAfterMs: expect.any(Number),
    });
    expect(await calm.request('chat.send', { text: 'calm' })).toMatchObject({ text: 'calm' });
    await server.close();
  });
});
