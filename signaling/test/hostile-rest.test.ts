import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { routes } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBesiegedServer } from './besieged-server.ts';
import { deepJson, nonsense } from './nonsense.ts';
import type { TestServer } from './start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startBesiegedServer();
});
afterAll(() => server.close());

/** To sign out, nothing needs to be said; and people may be called as they like. */
const contented = new Set(['auth.logout', 'auth.rename']);

describe('every REST call', () => {
  const cases = Object.entries(routes).flatMap(([name, route]) =>
    'body' in route && !contented.has(name) ? [{ name, route }] : [],
  );

  it.each(cases)('$name answers 4xx to a body that is missing, wrong, huge or hostile', async ({ route }) => {
    const { token } = await server.register();
    const send = (body: string | undefined, contentType = 'application/json') =>
      fetch(server.url + route.path, {
        method: route.method,
        headers: { authorization: `Bearer ${token}`, 'content-type': contentType },
        ...(body === undefined ? {} : { body }),
      });
    // A body that unpacks to a thousand times its size is not unpacked.
    const sendPacked = () =>
      fetch(server.url + route.path, {
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
    for (const body of bodies) {
      const { status } = await send(body);
      expect([body?.slice(0, 60), status >= 400 && status < 500]).toEqual([body?.slice(0, 60), true]);
    }
    expect((await send(JSON.stringify({ email: 'x'.repeat(70_000) }))).status).toBe(413);
    expect((await send('<a/>', 'text/xml')).status).toBe(415);
    expect((await sendPacked()).status).toBe(400);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
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
