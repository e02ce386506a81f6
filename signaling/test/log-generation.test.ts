import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

describe('a server that is started again', () => {
  let database: TestDatabase;
  let dataDir: string;
  let server: TestServer;
  let anna: TestSocket;
  let known: { afterSeq: number; epoch: string };
  const start = () => startTestServer({ database, env: { DATA_DIR: dataDir } });

  beforeEach(async () => {
    database = await createTestDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'boltorezka-generation-'));
    server = await start();
    anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    for (const text of ['one', 'two']) await anna.request('chat.send', { text });
    const { seq, epoch } = await anna.request('chat.send', { text: 'three' });
    known = { afterSeq: seq, epoch };
    await server.close();
  });
  afterEach(async () => {
    await server.close();
    await database.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** As somebody comes back who has seen all that there was, after others have written. */
  const comeBack = async () => {
    server = await start();
    const stranger = await server.connect('Stranger');
    await stranger.request('room.join', { roomSlug: 'general' });
    for (const text of ['another three', 'another four']) await stranger.request('chat.send', { text });
    const back = await openSocket(server.url, anna);
    return back.request('room.join', { roomSlug: 'general', ...known });
  };

  it('goes on with its logs', async () => {
    const { recovered, missed } = await comeBack();
    expect(recovered).toBe(true);
    expect(missed.map(({ text }) => text)).toEqual(['another three', 'another four']);
  });

  it('on a database of an earlier day gives its logs other names: nobody goes on where they were', async () => {
    // The backup was taken after the second message, and the first count.
    await database.db.query(`UPDATE server_settings SET value = '0' WHERE name = 'logs.generation'`);
    await database.db.query(`DELETE FROM messages WHERE text = 'three'`);
    await database.db.query('UPDATE rooms SET last_seq = last_seq - 1, message_count = message_count - 1');
    const answer = await comeBack();
    expect(answer).toMatchObject({ recovered: false, missed: [] });
    expect(answer.epoch).not.toBe(known.epoch);
    // Once is enough.
    await server.close();
    server = await start();
    const again = await openSocket(server.url, anna);
    expect((await again.request('room.join', { roomSlug: 'general' })).epoch).toBe(answer.epoch);
  });

  it('does so where somebody says that all of it was put back, and once', async () => {
    await writeFile(join(dataDir, 'restored'), '');
    expect((await comeBack()).recovered).toBe(false);
    expect(existsSync(join(dataDir, 'restored'))).toBe(false);
  });
});
