import { randomUUID } from 'node:crypto';
import type { AccountExport } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { sendUpload, upload } from './files.ts';
import { createRoom } from './rest.ts';
import { sendAll } from './send-all.ts';
import { startTestServer, type TestServer } from './start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

describe('the export', () => {
  const page = (token: string, cursor?: string | null) =>
    call<AccountExport>(server.url, `GET /v1/auth/me/export${cursor ? `?cursor=${cursor}` : ''}`, { token });

  it('holds the account, and then all that its person wrote, and nothing of others', async () => {
    const anna = await server.connect('Anna');
    const boris = await server.connect('Boris');
    const rooms = [await createRoom(server.url, anna.token), await createRoom(server.url, anna.token)];
    for (const { slug } of rooms)
      for (const socket of [anna, boris]) {
        await socket.request('room.join', { roomSlug: slug, keepOthers: true });
        const texts = Array.from({ length: 150 }, (_, index) => `${socket.user.name} ${index}`);
        await sendAll(socket, slug, texts);
      }
    const { db } = server.database;
    await db.query(`UPDATE messages SET text = '', deleted_at = now() WHERE text = 'Anna 7'`);
    const first = (await page(anna.token)).body;
    expect(first.account).toMatchObject({
      user: anna.user,
      memberships: [{ role: 'owner' }, { role: 'owner' }],
    });
    expect(first.account?.sessions).toHaveLength(1);
    const messages: AccountExport['messages'] = [];
    for (let cursor = first.next_cursor; cursor !== null; ) {
      const { body } = await page(anna.token, cursor);
      expect(body).not.toHaveProperty('account');
      messages.push(...body.messages);
      cursor = body.next_cursor;
    }
    expect(messages).toHaveLength(298);
    expect(new Set(messages.map(({ room_slug, text }) => `${room_slug} ${text}`)).size).toBe(298);
    expect(messages.every(({ text }) => text.startsWith('Anna'))).toBe(true);
    await Promise.all([anna.close(), boris.close()]);
  });

  it('holds what somebody did beside that, and what was decided about them', async () => {
    const [anna, boris] = [await server.connect('Anna'), await server.connect('Boris')];
    const room = await createRoom(server.url, boris.token);
    await boris.request('room.join', { roomSlug: room.slug });
    await sendAll(boris, room.slug, ['of Boris']);
    const { db } = server.database;
    const [message] = await db.query<{ id: string; seq: string }>(
      'SELECT id, seq FROM messages WHERE user_id = $1',
      [boris.user.id],
    );
    const [at, me] = [[room.id, anna.user.id], anna.user.id];
    await db.query("INSERT INTO room_bans (room_id, user_id, reason) VALUES ($1, $2, 'Noise')", at);
    await db.query('INSERT INTO room_mutes (room_id, user_id, text, voice) VALUES ($1, $2, true, false)', at);
    await db.query("INSERT INTO join_requests (room_id, user_id, text) VALUES ($1, $2, 'Let me in')", at);
    await db.query(
      "INSERT INTO invitations (id, code_hash, room_id, created_by) VALUES ($1, '\\x01', $2, $3)",
      [...[randomUUID(), ...at]],
    );
    for (const [roomId, action, details] of [
      [null, 'user.ban', '{"reason": "Over by now"}'],
      [room.id, 'member.mute', '{"reason": "Noise", "text": true}'],
      [room.id, 'member.unmute', '{}'],
      [room.id, 'report.resolve', '{}'],
    ])
      await db.query(
        'INSERT INTO audit_log (room_id, actor_id, action, target_user_id, details) VALUES ($1, $2, $3, $4, $5)',
        [roomId, boris.user.id, action, me, details],
      );
    const told = [message?.id, me];
    await db.query("INSERT INTO reactions (message_id, user_id, emoji) VALUES ($1, $2, '👍')", told);
    await db.query(
      `INSERT INTO reports (id, message_id, room_id, reporter_id, reason) VALUES ($1, $2, $3, $4, 'Spam')`,
      [randomUUID(), message?.id, ...at],
    );
    await db.query(
      `INSERT INTO inbox (user_id, message_id, room_id, seq, kind) VALUES ($2, $1, $3, $4, 'mention')`,
      [...[...told, room.id, message?.seq]],
    );
    const first = (await page(anna.token)).body;
    const room_slug = room.slug;
    expect(first.account).toMatchObject({
      bans: [{ room_slug, reason: 'Noise' }],
      mutes: [{ room_slug, text: true, voice: false }],
      decisions: [
        { room_slug: null, action: 'user.ban', reason: 'Over by now', message_id: null },
        { room_slug, action: 'member.mute', reason: 'Noise' },
        { room_slug, action: 'member.unmute', reason: null },
      ],
      join_requests: [{ room_slug, text: 'Let me in' }],
      invitations: [{ room_slug, uses: 0 }],
      reports: [{ message_id: message?.id, reason: 'Spam' }],
    });
    expect((await page(anna.token, first.next_cursor)).body).toMatchObject({
      messages: [],
      reactions: [{ room_slug, message_id: message?.id, emoji: '👍' }],
      inbox: [{ room_slug, message_id: message?.id, kind: 'mention', read_at: null }],
      next_cursor: null,
    });
    const own = (await page(boris.token, first.next_cursor)).body;
    expect(own.messages).toMatchObject([{ id: message?.id, thread_root_id: null, reply_to: null }]);
    expect(own.reactions).toEqual([]);
    await Promise.all([anna.close(), boris.close()]);
  });

  it('names the files, and where each of them is still theirs', async () => {
    const anna = await server.connect('Anna');
    const room = await createRoom(server.url, anna.token);
    const [sent, unsent] = [
      await upload(server.url, { token: anna.token, room: room.slug, name: 'sent.txt', body: 'sent' }),
      await upload(server.url, { token: anna.token, room: room.slug, name: 'unsent.txt', body: 'unsent' }),
    ];
    await sendUpload(server.database.db, sent.id);
    await server.database.db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [
      ...[room.id, anna.user.id],
    ]);
    const { account, next_cursor } = (await page(anna.token)).body;
    const { messages } = (await page(anna.token, next_cursor)).body;
    const files = [
      ...messages.flatMap(({ attachments }) => attachments),
      ...(account?.unsent_attachments ?? []),
    ];
    expect(files).toMatchObject([
      { id: sent.id, name: 'sent.txt', size_bytes: 4 },
      { id: unsent.id, name: 'unsent.txt', size_bytes: 6 },
    ]);
    const texts = files.map(async ({ path }) => {
      const headers = { authorization: `Bearer ${anna.token}` };
      return (await fetch(`${server.url}${path}`, { headers })).text();
    });
    expect(await Promise.all(texts)).toEqual(['sent', 'unsent']);
    await anna.close();
  });

  it('may be asked for so often', async () => {
    const { token } = await server.register('Anna');
    const answers = await Promise.all(Array.from({ length: 80 }, () => page(token)));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(5);
  });

  it('of nobody is given to nobody', async () => {
    expect((await call(server.url, 'GET /v1/auth/me/export')).status).toBe(401);
  });
});
