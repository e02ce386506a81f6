import { createHash, randomUUID } from 'node:crypto';
import type { ErrorBody, Registered } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, call } from './call.ts';
import { createRoom, register } from './rest.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

const makeCode = (): string => randomUUID().replaceAll('-', '');

interface Invitation {
  roomId?: string;
  byUserId?: string;
  role?: string;
  maxUses?: number;
  expiresAt?: Date;
  makesAdministrator?: boolean;
}

const invite = async ({ database }: TestServer, invitation: Invitation = {}): Promise<string> => {
  const code = makeCode();
  await database.db.query(
    `INSERT INTO invitations (id, code_hash, room_id, role, max_uses, expires_at, makes_administrator, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      randomUUID(),
      createHash('sha256').update(code).digest(),
      invitation.roomId ?? null,
      invitation.role ?? 'member',
      invitation.maxUses ?? null,
      invitation.expiresAt ?? null,
      invitation.makesAdministrator ?? false,
      invitation.byUserId ?? null,
    ],
  );
  return code;
};

const signUp = (server: TestServer, fields: object = {}, headers: CallOptions['headers'] = {}) =>
  call<Registered & ErrorBody>(server.url, 'POST /v1/auth/register', {
    body: { email: `${makeCode()}@example.org`, password: 'password123', name: 'Somebody', ...fields },
    headers,
  });

const modeOf = async (server: TestServer) =>
  (await call<{ mode: string }>(server.url, 'GET /v1/auth/registration')).body.mode;

describe('registration by invitation', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ env: { REGISTRATION: 'invitation' } });
  });
  afterAll(() => server.close());

  it('says so, and takes nobody without one', async () => {
    expect(await modeOf(server)).toBe('invitation');
    const { status, body } = await signUp(server);
    expect([status, body.error]).toEqual([403, 'Forbidden']);
    expect(body.message).toContain('invitation');
  });

  it('takes whoever has one, as often as it may be used', async () => {
    const invitation = await invite(server, { maxUses: 2 });
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => signUp(server, { invitation })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([201, 201, 403, 403, 403]);
  });

  it('refuses a code that has ended, was taken back, was used up, or never was, in the same words', async () => {
    const { db } = server.database;
    const revoked = await invite(server);
    await db.query('UPDATE invitations SET revoked_at = now() WHERE code_hash = $1', [
      createHash('sha256').update(revoked).digest(),
    ]);
    const codes = [
      await invite(server, { expiresAt: new Date(Date.now() - 1_000) }),
      revoked,
      await invite(server, { maxUses: 0 }),
      makeCode(),
    ];
    const answers = await Promise.all(codes.map((invitation) => signUp(server, { invitation })));
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect(new Set(answers.map(({ body }) => body.message)).size).toBe(1);
  });

  it('tells nobody without a code which addresses have an account', async () => {
    const { body } = await signUp(server, { invitation: await invite(server) });
    expect((await signUp(server, { email: body.user.email })).status).toBe(403);
    expect((await signUp(server, { email: body.user.email, invitation: makeCode() })).status).toBe(403);
  });

  it('does not use an invitation up for an address that is taken', async () => {
    const invitation = await invite(server, { maxUses: 1 });
    const { body } = await signUp(server, { invitation: await invite(server) });
    expect((await signUp(server, { email: body.user.email, invitation })).status).toBe(409);
    expect((await signUp(server, { invitation })).status).toBe(201);
  });

  it('lets who comes by a room’s invitation into the room, which those in it are told', async () => {
    const owner = await signUp(server, { invitation: await invite(server) });
    const room = await createRoom(server.url, owner.body.token, { is_public: false });
    const socket = await openSocket(server.url, owner.body);
    await socket.request('room.join', { roomSlug: room.slug });
    const place = { roomId: room.id, byUserId: owner.body.user.id };
    const invitation = await invite(server, { ...place, role: 'guest' });
    const { body } = await signUp(server, { invitation, name: 'Boris' });
    expect(body.room_slug).toBe(room.slug);
    expect(await socket.next('room.memberChanged')).toMatchObject({
      ...{ roomId: room.id, userId: body.user.id, userName: 'Boris', change: 'joined', role: 'guest' },
    });
    const [joining] = await server.database.db.query(
      `SELECT target_user_id, details FROM audit_log WHERE room_id = $1 AND action = 'member.join'`,
      [room.id],
    );
    expect(joining).toEqual({
      ...{ target_user_id: body.user.id, details: { by: 'invitation', role: 'guest' } },
    });
    const boris = await openSocket(server.url, body);
    const joined = await boris.request('room.join', { roomSlug: room.slug });
    expect(joined.self).toEqual({ role: 'guest' });
    expect(joined.seq).toBe(1);
    await Promise.all([socket.close(), boris.close()]);
  });

  it('makes nobody a guest of a public room, where whoever has no role may do more', async () => {
    const owner = await signUp(server, { invitation: await invite(server) });
    const room = await createRoom(server.url, owner.body.token, { is_public: true });
    const place = { roomId: room.id, byUserId: owner.body.user.id };
    const { body } = await signUp(server, { invitation: await invite(server, { ...place, role: 'guest' }) });
    const boris = await openSocket(server.url, body);
    expect((await boris.request('room.join', { roomSlug: room.slug })).self).toEqual({ role: null });
    await boris.close();
  });

  it('is refused by an invitation to the server of who administers it no more', async () => {
    const maker = await signUp(server, { invitation: await invite(server) });
    const { id: byUserId } = maker.body.user;
    const { db } = server.database;
    await db.query('UPDATE users SET is_administrator = true WHERE id = $1', [byUserId]);
    const invitation = await invite(server, { byUserId });
    expect((await signUp(server, { invitation })).status).toBe(201);
    await db.query('UPDATE users SET is_administrator = false WHERE id = $1', [byUserId]);
    expect((await signUp(server, { invitation })).status).toBe(403);
  });
});

describe('registration that is closed', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ env: { REGISTRATION: 'closed' }, makesFirstAdministrator: true });
  });
  afterAll(() => server.close());

  it('takes the first administrator, and nobody after that, by whatever code', async () => {
    const first = await signUp(server);
    expect([first.status, first.body.user.is_administrator]).toEqual([201, true]);
    expect(await modeOf(server)).toBe('closed');
    expect((await signUp(server)).status).toBe(403);
    expect((await signUp(server, { invitation: await invite(server) })).status).toBe(403);
  });
});

describe('the first administrator', () => {
  const open = () => startTestServer({ makesFirstAdministrator: true });

  it('is one who signs up first at this machine, one of many at once, and nobody later', async () => {
    const server = await open();
    try {
      const answers = await Promise.all(Array.from({ length: 6 }, () => signUp(server)));
      const administrators = answers.filter(({ body }) => body.user.is_administrator);
      expect(administrators).toHaveLength(1);
      const me = await call<Registered>(server.url, 'GET /v1/auth/me', {
        token: administrators[0]!.body.token,
      });
      expect(me.body.user.is_administrator).toBe(true);
      expect((await signUp(server)).body.user).not.toHaveProperty('is_administrator');
    } finally {
      await server.close();
    }
  });

  it.each([
    ['through a proxy', { 'x-forwarded-for': '203.0.113.7' }],
    ['through a proxy that says little', { via: '1.1 proxy' }],
    ['through a proxy that names its host', { 'x-forwarded-host': 'talk.example' }],
    ['from a page of elsewhere', { origin: 'https://evil.example' }],
  ])('is nobody who comes %s', async (_how, headers) => {
    const server = await open();
    try {
      const { status, body } = await signUp(server, {}, headers);
      expect(status).toBe(201);
      expect(body.user).not.toHaveProperty('is_administrator');
    } finally {
      await server.close();
    }
  });

  it.each([
    ['a secret', { JWT_SECRET: 'a secret that somebody has set' }],
    ['a proxy to trust', { TRUST_PROXY: '203.0.113.7' }],
    ['an origin to allow', { CORS_ORIGIN: 'https://talk.example' }],
    ['that it is for production', { NODE_ENV: 'production', JWT_SECRET: 'a secret that somebody has set' }],
  ])(
    'is nobody by their place where somebody has set %s: a proxy that hides looks like them',
    async (_what, env) => {
      const server = await startTestServer({ makesFirstAdministrator: true, env });
      try {
        expect((await signUp(server)).body.user).not.toHaveProperty('is_administrator');
      } finally {
        await server.close();
      }
    },
  );

  it('is who has the code that is printed; each start makes another, as long as it is needed', async () => {
    const server = await startTestServer();
    try {
      const [first, second] = [await server.makeSetupCode(), await server.makeSetupCode()];
      expect(first).toMatch(/^[\w-]{24}$/);
      const headers = { 'x-forwarded-for': '203.0.113.7' };
      expect((await signUp(server, { invitation: first }, headers)).status).toBe(403);
      const { body } = await signUp(server, { invitation: second }, headers);
      expect(body.user.is_administrator).toBe(true);
      expect((await signUp(server, { invitation: second }, headers)).status).toBe(403);
      expect(await server.makeSetupCode()).toBeUndefined();
      const stored = await server.database.db.query<{ row: string }>(
        'SELECT i::text AS row FROM invitations i',
      );
      expect(JSON.stringify(stored)).not.toContain(second);
    } finally {
      await server.close();
    }
  });

  it('takes the printed code away by signing up at the machine', async () => {
    const server = await open();
    try {
      const invitation = await server.makeSetupCode();
      expect((await register(server.url)).user.is_administrator).toBe(true);
      expect((await signUp(server, { invitation })).status).toBe(403);
    } finally {
      await server.close();
    }
  });
});
