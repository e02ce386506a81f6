import type { AuthResult, ErrorBody, User } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, signIn, testPassword } from './call.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { createRoom } from './rest.ts';
import { sendAll } from './send-all.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const logInStatus = async (email: string, password: string): Promise<number> =>
  (await call(server.url, 'POST /v1/auth/login', { body: { email, password } })).status;

const changePassword = (token: string, current: string, next: string) =>
  call<ErrorBody>(server.url, 'POST /v1/auth/password', {
    token,
    body: { current_password: current, new_password: next },
  });

const deleteMe = (token: string, body: object = {}) =>
  call<ErrorBody>(server.url, 'DELETE /v1/auth/me', { token, body: { password: testPassword, ...body } });

const since = (year: number) => `${year}-01-01T00:00:00Z`;

const setRole = (roomId: string, { user }: AuthResult, [role, year = 2026]: [string, number?]) =>
  server.database.db.query(
    `INSERT INTO room_members (room_id, user_id, role, joined_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (room_id, user_id) DO UPDATE SET role = excluded.role`,
    [roomId, user.id, role, since(year)],
  );

const rolesIn = async (roomId: string): Promise<Record<string, string>> => {
  const rows = await server.database.db.query<{ user_id: string; role: string }>(
    'SELECT user_id, role FROM room_members WHERE room_id = $1',
    [roomId],
  );
  return Object.fromEntries(rows.map(({ user_id, role }) => [user_id, role]));
};

describe('another password', () => {
  it('takes the present one, and ends the other sessions', async () => {
    const anna = await server.register('Anna');
    const { email } = anna.user;
    const elsewhere = await openSocket(server.url, await signIn(server.url, email));
    const here = await openSocket(server.url, anna);
    expect((await changePassword(anna.token, 'wrong password', 'another one')).status).toBe(403);
    expect((await changePassword(anna.token, testPassword, 'another one')).status).toBe(200);
    expect((await elsewhere.closed).code).toBe(4003);
    expect(here.ws.readyState).toBe(here.ws.OPEN);
    expect(await logInStatus(email, testPassword)).toBe(401);
    expect(await logInStatus(email, 'another one')).toBe(200);
    await here.close();
  });

  it('is guessed at ten times at most by whoever has the session', async () => {
    const { token } = await server.register('Anna');
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1)
      statuses.push((await changePassword(token, `guess ${attempt}`, 'another one')).status);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(403));
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect((await deleteMe(token)).status).toBe(429);
  });

  it('leaves no session to who signs in with the former one while it changes', async () => {
    const { user } = await server.register('Anna');
    const { db } = server.database;
    const attempt = await db.transaction(async (tx) => {
      await tx.query("UPDATE users SET password_hash = 'another' WHERE id = $1", [user.id]);
      const status = logInStatus(user.email, testPassword);
      await waitForLockWaiters(db, 1);
      return { status };
    });
    expect(await attempt.status).toBe(401);
    expect(await db.query('SELECT id FROM sessions WHERE user_id = $1', [user.id])).toHaveLength(1);
  });
});

describe('another name', () => {
  it('is what others are told from then on, also by a socket that was open', async () => {
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    const body = { name: '  Анна\n \u200BКаренина\u202E ' };
    const renamed = await call<{ user: User }>(server.url, 'PATCH /v1/auth/me', { token: anna.token, body });
    expect(renamed.body.user.name).toBe('Анна Каренина');
    await expect
      .poll(async () => (await anna.request('chat.send', { roomSlug: 'general', text: 'hi' })).userName)
      .toBe('Анна Каренина');
    await anna.close();
  });

  it.each([['a'], [' '.repeat(5)], ['x'.repeat(121)], ['a\u0000b'], ['\u200B\u200B']])(
    'is refused: %j',
    async (name) => {
      const { token } = await server.register('Anna');
      expect((await call(server.url, 'PATCH /v1/auth/me', { token, body: { name } })).status).toBe(400);
    },
  );
});

describe('an account that its person deletes', () => {
  it('takes the password, and signs in no more; the address may be another’s', async () => {
    const anna = await server.register('Anna');
    const socket = await openSocket(server.url, anna);
    expect((await deleteMe(anna.token, { password: 'wrong' })).status).toBe(403);
    expect((await deleteMe(anna.token)).status).toBe(200);
    expect((await socket.closed).code).toBe(4003);
    expect((await call(server.url, 'GET /v1/auth/me', { token: anna.token })).status).toBe(401);
    expect(await logInStatus(anna.user.email, testPassword)).toBe(401);
    const body = { email: anna.user.email, password: testPassword, name: 'Another Anna' };
    const again = await call<AuthResult>(server.url, 'POST /v1/auth/register', { body });
    expect(again.status).toBe(201);
    expect(again.body.user.id).not.toBe(anna.user.id);
  });

  it('waits for nobody who only names its room, as whoever reads there for the first time does', async () => {
    const anna = await server.register('Anna');
    const room = await createRoom(server.url, anna.token, {});
    await server.database.db.transaction(async (tx) => {
      await tx.query('SELECT FROM rooms WHERE id = $1 FOR KEY SHARE', [room.id]);
      expect((await deleteMe(anna.token)).status).toBe(200);
    });
  });

  it('leaves nothing but a tombstone, whose messages stay', async () => {
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    const { id } = await anna.request('chat.send', { roomSlug: 'general', text: 'I was here' });
    const { db } = server.database;
    const boris = await server.register('Boris');
    await db.query('INSERT INTO blocks (user_id, blocked_user_id) VALUES ($1, $2), ($2, $1)', [
      anna.user.id,
      boris.user.id,
    ]);
    await deleteMe(anna.token);
    const [row] = await db.query<Record<string, unknown>>('SELECT * FROM users WHERE id = $1', [
      anna.user.id,
    ]);
    expect(row).toMatchObject({ email: null, name: '', password_hash: null, deleted_at: expect.any(Date) });
    for (const table of ['sessions', 'room_members', 'room_reads', 'inbox', 'blocks']) {
      expect(await db.query(`SELECT * FROM ${table} WHERE user_id = $1`, [anna.user.id])).toEqual([]);
    }
    expect(await db.query('SELECT * FROM blocks WHERE blocked_user_id = $1', [anna.user.id])).toEqual([]);
    const [message] = await db.query('SELECT text, deleted_at FROM messages WHERE id = $1', [id]);
    expect(message).toEqual({ text: 'I was here', deleted_at: null });
  });

  it('passes rooms on to the moderator who has served longest, else to the member', async () => {
    const [anna, older, newer, member, guest] = [
      await server.register('Anna'),
      await server.register('Older moderator'),
      await server.register('Newer moderator'),
      await server.register('Member'),
      await server.register('Guest'),
    ];
    const [led, plain] = [
      await createRoom(server.url, anna.token, { is_public: false }),
      await createRoom(server.url, anna.token, { is_public: false }),
    ];
    await setRole(led.id, member, ['member', 2020]);
    await setRole(led.id, newer, ['moderator', 2025]);
    await setRole(led.id, older, ['moderator', 2024]);
    await setRole(plain.id, guest, ['guest', 2020]);
    await setRole(plain.id, member, ['member']);
    const watcher = await openSocket(server.url, member);
    await watcher.request('room.join', { roomSlug: led.slug });
    await deleteMe(anna.token);
    expect(await rolesIn(led.id)).toEqual({
      [older.user.id]: 'owner',
      [newer.user.id]: 'moderator',
      [member.user.id]: 'member',
    });
    expect(await rolesIn(plain.id)).toEqual({ [member.user.id]: 'owner', [guest.user.id]: 'guest' });
    expect(await watcher.next('room.memberChanged')).toMatchObject({
      ...{ seq: 1, userId: anna.user.id, userName: 'Anna', change: 'left', role: null },
    });
    expect(await watcher.next('room.memberChanged')).toMatchObject({
      ...{ seq: 2, userId: older.user.id, change: 'roleChanged', role: 'owner' },
    });
    await watcher.close();
  });

  it('leaves a room that has another owner as it is, and archives a private one that nobody could own', async () => {
    const [anna, boris, guest] = [
      await server.register('Anna'),
      await server.register('Boris'),
      await server.register('Guest'),
    ];
    const shared = await createRoom(server.url, anna.token, { is_public: false });
    await setRole(shared.id, boris, ['owner']);
    const lonely = await createRoom(server.url, anna.token, { is_public: false });
    await setRole(lonely.id, guest, ['guest']);
    const open = await createRoom(server.url, anna.token);
    const watcher = await openSocket(server.url, guest);
    await watcher.request('room.join', { roomSlug: lonely.slug });
    await deleteMe(anna.token);
    expect(await rolesIn(shared.id)).toEqual({ [boris.user.id]: 'owner' });
    expect(await watcher.next('room.changed')).toMatchObject({
      ...{ seq: 2, room: { roomId: lonely.id, archivedAt: expect.any(String) } },
    });
    expect(await watcher.next('room.updated')).toMatchObject({ roomId: lonely.id });
    const [row] = await server.database.db.query('SELECT archived_at FROM rooms WHERE id = $1', [open.id]);
    expect(row).toEqual({ archived_at: null });
    await watcher.close();
  });

  it('erases what they wrote where they ask for it, each message with a position of its own', async () => {
    const anna = await server.connect('Anna');
    const boris = await server.connect('Boris');
    const room = await createRoom(server.url, anna.token);
    for (const socket of [anna, boris]) await socket.request('room.join', { roomSlug: room.slug });
    await sendAll(
      anna,
      room.slug,
      Array.from({ length: 1_100 }, (_, index) => `secret ${index}`),
    );
    await sendAll(boris, room.slug, ['stays']);
    expect((await deleteMe(anna.token, { erase_messages: true })).status).toBe(200);
    const { db } = server.database;
    const rows = await db.query<{ text: string; revision: string; deleted_at: Date | null; user_id: string }>(
      'SELECT text, revision, deleted_at, user_id FROM messages WHERE room_id = $1 ORDER BY seq',
      [room.id],
    );
    expect(rows.filter(({ text }) => text !== '').map(({ text }) => text)).toEqual(['stays']);
    const erased = rows.filter(({ user_id }) => user_id === anna.user.id);
    expect(erased.every(({ deleted_at }) => deleted_at !== null)).toBe(true);
    const revisions = erased.map(({ revision }) => Number(revision));
    expect(revisions).toEqual(Array.from({ length: 1_100 }, (_, index) => 1_103 + index));
    const told = await boris.next('room.position', ({ seq }) => seq === 1_102 + 1_100);
    expect(told.roomId).toBe(room.id);
    await boris.close();
  });

  it('is not the last administrator’s, and nothing of theirs is erased', async () => {
    const anna = await server.connect('Anna');
    await anna.request('room.join', { roomSlug: 'general' });
    const { id } = await anna.request('chat.send', { roomSlug: 'general', text: 'still here' });
    const { db } = server.database;
    await db.query('UPDATE users SET is_administrator = (id = $1)', [anna.user.id]);
    const refused = await deleteMe(anna.token, { erase_messages: true });
    expect([refused.status, refused.body.error]).toEqual([409, 'Conflict']);
    expect(await db.query('SELECT text FROM messages WHERE id = $1', [id])).toEqual([{ text: 'still here' }]);
    await db.query('UPDATE users SET is_administrator = false');
    await anna.close();
  });
});
