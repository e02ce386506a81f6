import { randomUUID } from 'node:crypto';
import type { AuthResult, ErrorBody } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, testPassword } from './call.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket } from './test-socket.ts';

let server: TestServer;
let admin: AuthResult;
beforeAll(async () => {
  server = await startTestServer({ makesFirstAdministrator: true });
  admin = await server.register('Root');
});
afterAll(() => server.close());

const logIn = (email: string, password = testPassword) =>
  call(server.url, 'POST /v1/auth/login', { body: { email, password } });

describe('a link that resets a password', () => {
  const makeLink = async (userId: string) =>
    (
      await call<{ code: string }>(server.url, `POST /v1/admin/users/${userId}/password-reset`, {
        token: admin.token,
      })
    ).body.code;
  const reset = (code: string, password = 'another one') =>
    call<ErrorBody>(server.url, 'POST /v1/auth/password-reset', { body: { code, new_password: password } });

  it('works once, and ends all sessions', async () => {
    const boris = await server.register('Boris');
    const socket = await openSocket(server.url, boris);
    const code = await makeLink(boris.user.id);
    expect((await reset(code)).status).toBe(200);
    expect((await socket.closed).code).toBe(4003);
    expect((await logIn(boris.user.email, 'another one')).status).toBe(200);
    expect((await logIn(boris.user.email)).status).toBe(401);
    expect((await reset(code)).status).toBe(404);
    const [row] = await server.database.db.query(
      'SELECT action, details, actor_id FROM audit_log WHERE target_user_id = $1',
      [boris.user.id],
    );
    expect(row).toMatchObject({ action: 'user.resetPassword', actor_id: admin.user.id, details: {} });
  });

  it('is used by one of many at once', async () => {
    const code = await makeLink((await server.register('Boris')).user.id);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => reset(code)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404, 404]);
  });

  it('that is unknown, used, old, or replaced answers the same', async () => {
    const boris = await server.register('Boris');
    const replaced = await makeLink(boris.user.id);
    const old = await makeLink(boris.user.id);
    await server.database.db.query("UPDATE password_resets SET expires_at = now() - interval '1 s'");
    const answers = await Promise.all([replaced, old, randomUUID()].map((code) => reset(code)));
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  });

  it('ends with a change of the password, and is stored as a hash alone', async () => {
    const boris = await server.register('Boris');
    const code = await makeLink(boris.user.id);
    const rows = await server.database.db.query('SELECT r::text AS row FROM password_resets r');
    expect(JSON.stringify(rows)).not.toContain(code);
    await call(server.url, 'POST /v1/auth/password', {
      token: boris.token,
      body: { current_password: testPassword, new_password: 'another one' },
    });
    expect((await reset(code)).status).toBe(404);
  });
});
