import { randomUUID } from 'node:crypto';
import {
  type AdminUser,
  type AuthResult,
  type ErrorBody,
  type Invitation,
  type RouteDef,
  routes,
} from '@boltorezka/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CallOptions, call, testPassword } from './call.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

let server: TestServer;
let admin: AuthResult;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const makeAdministrator = (at: TestServer, { user }: AuthResult) =>
  at.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [user.id]);

beforeEach(async () => {
  await server.database.db.query('UPDATE users SET is_administrator = false');
  admin = await server.register('Root');
  await makeAdministrator(server, admin);
});

type What = Parameters<typeof call>[1];
const ask = <T = ErrorBody>(what: What, options: CallOptions = {}) =>
  call<T>(server.url, what, { token: admin.token, ...options });

const update = (userId: string, body: object, token = admin.token) =>
  call<{ user: AdminUser } & ErrorBody>(server.url, `PATCH /v1/admin/users/${userId}`, { token, body });

const logIn = (email: string, password = testPassword) =>
  call<AuthResult & ErrorBody>(server.url, 'POST /v1/auth/login', { body: { email, password } });

const auditOf = (userId: string) =>
  server.database.db.query<{ action: string; details: unknown; actor_id: string }>(
    'SELECT action, details, actor_id FROM audit_log WHERE target_user_id = $1 ORDER BY id',
    [userId],
  );

const adminRoutes = Object.entries<RouteDef>(routes).filter(([name]) => name.startsWith('admin.'));

describe('administration', () => {
  it.each(adminRoutes)(
    'refuses %s to who is no administrator, and to who is nobody',
    async (_name, route) => {
      const { token } = await server.register('Somebody');
      const path = route.path.replace(':user_id', admin.user.id).replace(':invitation_id', randomUUID());
      const body =
        route.body === undefined
          ? {}
          : { body: { is_administrator: false, registration: 'closed', erase_messages: false } };
      const what = `${route.method} ${path}` as What;
      expect((await call(server.url, what, { token, ...body })).status).toBe(403);
      expect((await call(server.url, what, body)).status).toBe(401);
    },
  );

  it('ends with the right to it, at once', async () => {
    const boris = await server.register('Boris');
    expect((await update(boris.user.id, { is_administrator: true })).body.user.is_administrator).toBe(true);
    const asBoris = { token: boris.token };
    expect((await ask('GET /v1/admin/settings', asBoris)).status).toBe(200);
    expect((await update(boris.user.id, { is_administrator: false })).status).toBe(200);
    expect((await ask('GET /v1/admin/settings', asBoris)).status).toBe(403);
    expect((await auditOf(boris.user.id)).map(({ action }) => action)).toEqual([
      'user.makeAdministrator',
      'user.removeAdministrator',
    ]);
  });

  it('keeps one administrator, whoever takes it from whom at once', async () => {
    const boris = await server.register('Boris');
    expect((await update(admin.user.id, { is_administrator: false })).status).toBe(409);
    await makeAdministrator(server, boris);
    const { db } = server.database;
    // Both have asked before either is done.
    const outcomes = await db.transaction(async (tx) => {
      await tx.query('SELECT 1 FROM users FOR UPDATE');
      const asked = [
        update(boris.user.id, { is_administrator: false }),
        update(admin.user.id, { ban: {} }, boris.token),
      ];
      await waitForLockWaiters(db, 2);
      return { all: Promise.all(asked) };
    });
    const statuses = (await outcomes.all).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 409]);
    const rows = await db.query(
      'SELECT id FROM users WHERE is_administrator AND banned_at IS NULL AND deleted_at IS NULL',
    );
    expect(rows).toHaveLength(1);
  });

  it('deletes nobody’s own account, which takes a password', async () => {
    await makeAdministrator(server, await server.register('Boris'));
    expect((await ask(`DELETE /v1/admin/users/${admin.user.id}`, { body: {} })).status).toBe(409);
  });

  it('answers alike for accounts that are gone and that never were', async () => {
    const gone = await server.register('Gone');
    expect((await ask(`DELETE /v1/admin/users/${gone.user.id}`, { body: {} })).status).toBe(200);
    for (const act of [
      (id: string) => update(id, { ban: {} }),
      (id: string) => ask(`POST /v1/admin/users/${id}/password-reset`),
      (id: string) => ask(`DELETE /v1/admin/users/${id}`, { body: {} }),
    ]) {
      const [first, second] = [await act(gone.user.id), await act(randomUUID())];
      expect(first.status).toBe(404);
      expect(first.body).toEqual(second.body);
    }
  });
});

describe('people', () => {
  it('are found by a part of name or address, newest first, page by page; who is gone is not', async () => {
    const mark = randomUUID().slice(0, 6);
    const people: AuthResult[] = [];
    for (let index = 0; index < 5; index += 1) people.push(await server.register(`${mark} 100%_${index}`));
    await ask(`DELETE /v1/admin/users/${people[2]!.user.id}`, { body: {} });
    const find = async (query: string, cursor = '') =>
      (
        await ask<{ users: AdminUser[]; next_cursor: string | null }>(
          `GET /v1/admin/users?limit=3&query=${encodeURIComponent(query)}${cursor && `&cursor=${cursor}`}`,
        )
      ).body;
    const first = await find(mark.toUpperCase());
    const second = await find(mark, String(first.next_cursor));
    const names = [...first.users, ...second.users].map(({ name }) => name.at(-1));
    expect(names).toEqual(['4', '3', '1', '0']);
    expect(second.next_cursor).toBeNull();
    expect(first.users[0]).toMatchObject({
      is_administrator: false,
      ban: null,
      email: people[4]!.user.email,
    });
    expect(first.users[0]?.last_seen_at).not.toBeNull();
    expect((await find(people[0]!.user.email)).users).toHaveLength(1);
    expect((await find(`${mark} 100%_3`)).users).toHaveLength(1);
    expect((await find(`${mark}%3`)).users).toEqual([]);
    expect((await find('\\')).users).toEqual([]);
    expect((await find('')).users).toHaveLength(3);
  });
});

describe('a ban', () => {
  it('keeps somebody out, and says why to who has the password alone', async () => {
    const boris = await server.register('Boris');
    const { email } = boris.user;
    const expires_at = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await update(boris.user.id, { ban: { reason: ' Spam ', expires_at } });
    expect(body.user.ban).toMatchObject({ reason: 'Spam', expires_at });
    expect((await call(server.url, 'GET /v1/auth/me', { token: boris.token })).status).toBe(401);
    const refused = await logIn(email);
    expect([refused.status, refused.body.error]).toEqual([403, 'Forbidden']);
    expect(refused.body.message).toContain('Spam');
    expect(refused.body.ban).toEqual({ until: expires_at, reason: 'Spam' });
    const guessed = await logIn(email, 'wrong password');
    expect(guessed.status).toBe(401);
    expect(guessed.body).toEqual((await logIn('nobody@example.org')).body);
    expect((await update(boris.user.id, { ban: null })).body.user.ban).toBeNull();
    expect((await logIn(email)).status).toBe(200);
    expect((await auditOf(boris.user.id)).map(({ action }) => action)).toEqual(['user.ban', 'user.unban']);
  });

  it('ends by itself', async () => {
    const boris = await server.register('Boris');
    await update(boris.user.id, { ban: { expires_at: new Date(Date.now() + 3_600_000).toISOString() } });
    await server.database.db.query("UPDATE users SET banned_until = now() - interval '1 s' WHERE id = $1", [
      boris.user.id,
    ]);
    expect((await logIn(boris.user.email)).status).toBe(200);
  });

  it('has its end in the future, and is nobody’s own', async () => {
    const boris = await server.register('Boris');
    const past = { ban: { expires_at: new Date(Date.now() - 1_000).toISOString() } };
    expect((await update(boris.user.id, past)).status).toBe(400);
    await makeAdministrator(server, boris);
    expect((await update(admin.user.id, { ban: {} })).status).toBe(409);
  });

  it('takes back the tickets, refresh tokens and invitations that somebody had', async () => {
    const boris = await server.register('Boris');
    await makeAdministrator(server, boris);
    const asBoris = { token: boris.token };
    const { code } = (await ask<{ code: string }>('POST /v1/admin/invitations', { ...asBoris, body: {} }))
      .body;
    const { ticket } = (await ask<{ ticket: string }>('POST /v1/realtime/ticket', asBoris)).body;
    const renewing = { email: boris.user.email, password: testPassword, renewal: 'token' };
    const signedIn = await ask<AuthResult>('POST /v1/auth/login', { body: renewing });
    await update(boris.user.id, { ban: {} });
    const refresh_token = signedIn.body.refresh_token;
    expect((await ask('POST /v1/auth/refresh', { body: { refresh_token } })).status).toBe(401);
    await expect(openSocket(server.url, boris, { ticket })).rejects.toThrow();
    const body = { email: `${randomUUID()}@example.org`, password: testPassword, name: 'Boris again' };
    expect((await ask('POST /v1/auth/register', { body: { ...body, invitation: code } })).status).toBe(403);
  });
});

describe('the settings', () => {
  it('say who may sign up, from the next one on', async () => {
    const set = (registration: string) => ask('PATCH /v1/admin/settings', { body: { registration } });
    const status = async () => {
      const body = { email: `${randomUUID()}@example.org`, password: testPassword, name: 'Somebody' };
      return (await ask('POST /v1/auth/register', { body })).status;
    };
    expect((await set('closed')).body).toEqual({ settings: { registration: 'closed' } });
    expect(await status()).toBe(403);
    expect((await ask('GET /v1/auth/registration')).body).toEqual({ mode: 'closed' });
    expect((await set('open')).status).toBe(200);
    expect(await status()).toBe(201);
    expect((await set('somewhat')).status).toBe(400);
  });
});

it('a cursor that only looks like one is refused, by each list', async () => {
  const dashes = '-'.repeat(36);
  for (const path of [`admin/users?cursor=1.${dashes}`, `auth/me/export?cursor=${dashes}.1`] as const) {
    const { status, body } = await ask(`GET /v1/${path}`);
    expect([status, body.error]).toEqual([400, 'ValidationError']);
  }
});

describe('an invitation to the server', () => {
  it('is one of a hundred at most: all that still work can be seen, and taken back', async () => {
    await server.database.db.query(
      `INSERT INTO invitations (id, code_hash, created_by)
       SELECT gen_random_uuid(), decode(md5(n::text), 'hex'), $1 FROM generate_series(1, 99) n`,
      [admin.user.id],
    );
    const makes = Array.from({ length: 3 }, () => ask('POST /v1/admin/invitations', { body: {} }));
    expect((await Promise.all(makes)).map(({ status }) => status).sort()).toEqual([201, 429, 429]);
    const { body } = await ask<{ invitations: Invitation[] }>('GET /v1/admin/invitations');
    expect(body.invitations).toHaveLength(100);
    await ask(`DELETE /v1/admin/invitations/${body.invitations[0]?.id}`);
    expect((await ask('POST /v1/admin/invitations', { body: {} })).status).toBe(201);
    await server.database.db.query('DELETE FROM invitations');
  });

  it('is made, listed without its code, used, and taken back', async () => {
    await ask('PATCH /v1/admin/settings', { body: { registration: 'invitation' } });
    const made = await ask<{ invitation: Invitation; code: string }>('POST /v1/admin/invitations', {
      body: { max_uses: 2 },
    });
    expect(made.status).toBe(201);
    const { invitation, code } = made.body;
    const join = async () => {
      const body = { email: `${randomUUID()}@example.org`, password: testPassword, name: 'Somebody' };
      return (await ask('POST /v1/auth/register', { body: { ...body, invitation: code } })).status;
    };
    expect(await join()).toBe(201);
    const { body } = await ask<{ invitations: Invitation[] }>('GET /v1/admin/invitations');
    expect(body.invitations.find(({ id }) => id === invitation.id)).toMatchObject({ uses: 1, max_uses: 2 });
    expect(JSON.stringify(body)).not.toContain(code);
    const revoke = () => ask(`DELETE /v1/admin/invitations/${invitation.id}`);
    expect((await revoke()).status).toBe(200);
    expect((await revoke()).status).toBe(404);
    expect(await join()).toBe(403);
    await ask('PATCH /v1/admin/settings', { body: { registration: 'open' } });
  });
});
