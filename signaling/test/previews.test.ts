import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { events, type ServerEvent } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAttachments } from '../src/attachments/index.ts';
import { createChatRepository } from '../src/chat/index.ts';
import { upsertReport } from '../src/moderation/report-repository.ts';
import { createPreviews } from '../src/previews/index.ts';
import { createPreviewRepository } from '../src/previews/repository.ts';
import { createTestDatabase, type PostgresKind, type TestDatabase } from './database.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { quietLog } from './log.ts';
import { startTestServer } from './start-server.ts';

describe.each<PostgresKind>(['embedded', 'debian'])('previews on %s PostgreSQL', (kind) => {
  let database: TestDatabase;
  let site: Server;
  let port: number;
  let dataDir: string;
  const [userId, roomId] = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    dataDir = await mkdtemp(join(tmpdir(), 'boltorezka-previews-'));
    const { db } = database;
    await db.query(`INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'w@test', 'Writer', '')`, [
      userId,
    ]);
    await db.query(`INSERT INTO rooms (id, slug, title) VALUES ($1, 'room', 'Room')`, [roomId]);
    site = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<title>Новости</title>'),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    ({ port } = site.address() as AddressInfo);
  });
  afterAll(async () => {
    site.closeAllConnections();
    site.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const write = async (text: string): Promise<string> => {
    const id = randomUUID();
    await database.db.query(
      `WITH room AS (UPDATE rooms SET last_seq = last_seq + 1 WHERE id = $2 RETURNING last_seq)
       INSERT INTO messages (id, room_id, seq, user_id, text, created_at, revision)
       SELECT $1, $2, last_seq, $3, $4, now(), last_seq FROM room`,
      [id, roomId, userId, text],
    );
    return id;
  };

  const createFiles = () =>
    createAttachments({
      config: { maxBytes: 1, quotaBytes: 1, totalBytes: undefined, minFreeBytes: 0, s3: undefined },
      ...{ dataDir, db: database.db, log: quietLog },
    });

  const position = async (): Promise<number> => {
    const [room] = await database.db.query<{ last_seq: string }>('SELECT last_seq FROM rooms WHERE id = $1', [
      roomId,
    ]);
    return Number(room?.last_seq);
  };

  const repository = () =>
    createPreviewRepository({
      db: database.db,
      loadMessage: (id, tx) => createChatRepository(tx).byId(id),
    });

  const preview = (url: string) => ({ url, title: 'Page' });

  it('a preview waits for who is reporting its message, and they not for it', async () => {
    const url = `http://127.0.0.1:${port}/reported`;
    const messageId = await write(url);
    const { attaching } = await database.db.transaction(async (tx) => {
      await tx.query('SELECT FROM messages WHERE id = $1 FOR SHARE', [messageId]);
      const attaching = repository().attach(messageId, [preview(url)]);
      await waitForLockWaiters(database.db, 1);
      await upsertReport(tx, { messageId, roomId, reporterId: userId, reason: 'Spam' });
      return { attaching };
    });
    expect(await attaching).toMatchObject({ change: 'previewed' });
  });

  it('a link that was written becomes a preview that everybody in the room is told of', async () => {
    const told: { topic: string; event: Pick<ServerEvent, 'type' | 'payload'> }[] = [];
    const previews = createPreviews({
      isOn: true,
      db: database.db,
      publish: (topic, event) => void told.push({ topic, event: event as ServerEvent }),
      log: quietLog,
      ...{ files: createFiles(), maxPictureBytes: 1_000_000 },
      loadMessage: (id, tx) => createChatRepository(tx).byId(id),
      web: {
        resolve: async () => ['127.0.0.1'],
        isPublic: (address) => address === '127.0.0.1',
        ports: new Set([port]),
      },
    });
    const link = `http://news.example:${port}/`;
    const id = await write(`читай ${link}.`);
    const before = await position();
    previews.onWritten({ id, userId, text: `читай ${link}.` });
    await expect.poll(() => told.length).toBe(1);
    const { topic, event } = told[0]!;
    expect(topic).toBe(`room:${roomId}`);
    const payload = events['chat.messageChanged'].payload.parse(event.payload);
    expect(payload).toMatchObject({
      roomId,
      seq: before + 1,
      change: 'previewed',
      message: { id, revision: before + 1, previews: [{ url: link, title: 'Новости' }] },
    });
    expect(await position()).toBe(before + 1);
    await previews.close();
  });

  it('a message that was deleted meanwhile, or is not there, gets none, and takes no position', async () => {
    const id = await write('https://a.example');
    await database.db.query(`UPDATE messages SET deleted_at = now(), text = '' WHERE id = $1`, [id]);
    const before = await position();
    expect(await repository().attach(id, [preview('https://a.example')])).toBeUndefined();
    expect(await repository().attach(randomUUID(), [preview('https://a.example')])).toBeUndefined();
    expect(await position()).toBe(before);
  });

  it('of a message that was edited meanwhile, only what it still names is shown', async () => {
    const id = await write('https://a.example https://b.example');
    await database.db.query(`UPDATE messages SET text = 'https://b.example' WHERE id = $1`, [id]);
    const change = await repository().attach(id, [
      preview('https://a.example'),
      preview('https://b.example'),
    ]);
    expect(change?.message.previews).toEqual([preview('https://b.example')]);
  });

  it('whatever comes last, a message that was edited while pages were fetched shows all of its links', async () => {
    const id = await write('https://a.example');
    await database.db.query(
      `UPDATE messages SET text = 'https://b.example https://a.example' WHERE id = $1`,
      [id],
    );
    const both = [preview('https://b.example'), preview('https://a.example')];
    await repository().attach(id, both);
    const before = await position();
    // Of the text as it was before, fetched more slowly.
    expect(await repository().attach(id, [preview('https://a.example')])).toBeUndefined();
    const [message] = await database.db.query('SELECT previews FROM messages WHERE id = $1', [id]);
    expect(message).toEqual({ previews: both });
    expect(await position()).toBe(before);
  });

  it('a link that only begins as one of the message is none of its own', async () => {
    const id = await write('https://a.example/longer');
    expect(await repository().attach(id, [preview('https://a.example/long')])).toBeUndefined();
  });

  it('while somebody else changes the room, it waits, and sees what they did', async () => {
    const id = await write('https://a.example');
    let attaching: Promise<unknown> | undefined;
    await database.db.transaction(async (tx) => {
      await tx.query('SELECT FROM rooms WHERE id = $1 FOR UPDATE', [roomId]);
      attaching = repository().attach(id, [preview('https://a.example')]);
      await expect
        .poll(async () => {
          const waiting = await database.db.query(
            `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
          );
          return waiting.length;
        })
        .toBe(1);
      await tx.query(`UPDATE messages SET deleted_at = now(), text = '' WHERE id = $1`, [id]);
    });
    expect(await attaching).toBeUndefined();
  });
});

describe('a running server', () => {
  it('tells everybody in the room what a link leads to, after the message', async () => {
    const site = createServer((_request, response) =>
      response.setHeader('content-type', 'text/html').end('<title>News</title>'),
    );
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    const { port } = site.address() as AddressInfo;
    const server = await startTestServer({
      env: { LINK_PREVIEWS: 'on' },
      web: {
        resolve: async () => ['127.0.0.1'],
        isPublic: (address) => address === '127.0.0.1',
        ports: new Set([port]),
      },
    });
    const [anna, boris] = [await server.connect('Anna'), await server.connect('Boris')];
    for (const socket of [anna, boris]) await socket.request('room.join', { roomSlug: 'general' });
    const text = `http://news.example:${port}/`;
    await anna.request('chat.send', { text, roomSlug: 'general' });
    const seen = () =>
      boris.frames.filter(({ type }) => type === 'chat.message' || type === 'chat.messageChanged');
    await expect.poll(() => seen().length).toBe(2);
    expect(seen().map(({ type }) => type)).toEqual(['chat.message', 'chat.messageChanged']);
    expect(seen()[1]?.payload).toMatchObject({
      change: 'previewed',
      message: { text, previews: [{ url: text, title: 'News' }] },
    });
    await server.close();
    site.closeAllConnections();
    site.close();
  });
});
