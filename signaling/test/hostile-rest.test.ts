import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { type RouteDef, routes } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { startBesiegedServer } from './besieged-server.ts';
import { deepJson, nonsense } from './nonsense.ts';
import { createRoom } from './rest.ts';
import type { TestServer } from './start-server.ts';

let server: TestServer;
let messageId: string;
let somebodyId: string;
beforeAll(async () => {
  server = await startBesiegedServer();
  const somebody = await server.connect('Somebody');
  somebodyId = somebody.user.id;
  await somebody.request('room.join', { roomSlug: 'general' });
  messageId = (await somebody.request('chat.send', { text: 'Something' })).id;
  await somebody.close();
});
afterAll(() => server.close());

/** Somebody who may do whatever is asked, and the address of what it is about: only the body is wrong. */
const prepare = async (name: string, route: RouteDef): Promise<{ token: string; url: string }> => {
  const { token, user } = await server.register();
  if (name.startsWith('admin.'))
    await server.database.db.query('UPDATE users SET is_administrator = true WHERE id = $1', [user.id]);
  const { slug } = await createRoom(server.url, token);
  const known: Record<string, string> = { slug, user_id: somebodyId, message_id: messageId };
  const path = route.path.replace(/:(\w+)/g, (_match, key: string) => known[key] as string);
  return { token, url: server.url + path };
};

/** Nothing, and `null`, are as good as an object with nothing in it. */
const isFit = (schema: z.ZodType, body: string | undefined): boolean => {
  if (body === undefined || body === '') return true;
  try {
    return schema.safeParse(JSON.parse(body) ?? {}).success;
  } catch {
    return false;
  }
};

describe('every REST call', () => {
  const cases = Object.entries(routes as Record<string, RouteDef>).flatMap(([name, route]) =>
    route.body ? [{ name, route, schema: route.body }] : [],
  );

  it.each(cases)(
    '$name answers 400 to a body that is wrong, huge or hostile, and no 5xx to any',
    async (one) => {
      const { name, route, schema } = one;
      const { token, url } = await prepare(name, route);
      const send = (body: string | undefined, contentType = 'application/json') =>
        fetch(url, {
          method: route.method,
          headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
          ...(body === undefined ? {} : { body }),
        });
      // A body that unpacks to a thousand times its size is not unpacked.
      const sendPacked = () =>
        fetch(url, {
          method: route.method,
          headers: {
            authorization: `Bearer ${token}`,
            'content-type': 'application/json',
            'content-encoding': 'gzip',
          },
          body: gzipSync(`{"email":"${'x'.repeat(10_000_000)}"}`),
        });
      const bodies = [
        undefined,
        '',
        'no json',
        '{',
        deepJson(5_000),
        `{"email":${deepJson(40)}}`,
        '{"__proto__":{"polluted":true}}',
        '{"constructor":{"prototype":{"polluted":true}}}',
        ...nonsense.map((value) => JSON.stringify(value)),
        ...nonsense.map((value) =>
          JSON.stringify({ email: value, password: value, name: value, slug: value, title: value }),
        ),
      ];
      // To sign out, nothing needs to be said; then nobody is let in to say more.
      const isSaid = (body: string | undefined) => name !== 'auth.logout' || !isFit(schema, body);
      for (const body of bodies.filter(isSaid)) {
        const { status } = await send(body);
        // What fits is done, or refused for another reason.
        const expected = isFit(schema, body) ? expect.toSatisfy((code: number) => code < 500) : 400;
        expect([body?.slice(0, 60), status]).toEqual([body?.slice(0, 60), expected]);
      }
      expect((await send(JSON.stringify({ email: 'x'.repeat(70_000) }))).status).toBe(413);
      expect((await send('<a/>', 'text/xml')).status).toBe(415);
      expect((await sendPacked()).status).toBe(400);
      expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    },
  );

  const asking = Object.entries(routes as Record<string, RouteDef>).filter(
    ([, { auth }]) => auth === 'bearer',
  );

  it.each(asking)('%s answers 401 to who does not say who they are, or is not', async (_name, route) => {
    const url = server.url + route.path.replace(/:\w+/g, randomUUID());
    const { token } = await server.register();
    const strangers = [
      {},
      { authorization: 'Bearer ' },
      { authorization: `Basic ${token}` },
      { authorization: `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}x` },
      { authorization: `Bearer ${randomUUID()}` },
    ];
    for (const headers of strangers)
      expect(
        (await fetch(url, { method: route.method, headers: headers as Record<string, string> })).status,
      ).toBe(401);
  });

  it('with an address or a cursor that is nonsense answers 4xx', async () => {
    const { token } = await server.register();
    const paths = [
      '/v1/rooms/%00/messages',
      '/v1/rooms/__proto__/messages',
      `/v1/rooms/${'x'.repeat(5_000)}/messages`,
      '/v1/rooms/general/messages?limit=0',
      '/v1/rooms/general/messages?limit=1e9',
      '/v1/rooms/general/messages?before=x',
      '/v1/rooms/general/messages?before=x&before=y',
      `/v1/rooms/general/messages?before=${randomUUID()}.99999999999999999999`,
      '/v1/rooms/..%2f..%2fetc/messages',
      '/../../etc/passwd',
      '/%ff',
    ];
    for (const path of paths) {
      const { status } = await fetch(server.url + path, { headers: { authorization: `Bearer ${token}` } });
      expect([path.slice(0, 80), status >= 400 && status < 500]).toEqual([path.slice(0, 80), true]);
    }
  });
});
