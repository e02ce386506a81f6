import { routes } from '@boltorezka/protocol';
import { describe, expect, it } from 'vitest';
import { createHttp } from './http.ts';

const id = '00000000-0000-4000-8000-000000000001';

describe('a REST call', () => {
  it('fills in whatever its path names', async () => {
    for (const [name, { path }] of Object.entries(routes)) {
      const asked: string[] = [];
      const http = createHttp({
        baseUrl: 'http://server',
        fetch: async (url) => {
          asked.push(String(url));
          return new Response('{}', { status: 503 });
        },
        getToken: () => 'secret',
        onUnauthorized: async () => null,
      });
      const names = [...path.matchAll(/:(\w+)/g)].map(([, param]) => param);
      const params = Object.fromEntries(names.map((param) => [param, id]));
      const call = http.call as (name: string, input: object) => Promise<unknown>;
      await expect(call(name, { params })).rejects.toMatchObject({ code: 'Unavailable' });
      expect(asked).toEqual([`http://server${path.replaceAll(/:\w+/g, id)}`]);
    }
  });

  it.each([
    [507, 'QuotaExceeded', 'QuotaExceeded'],
    [507, 'StorageFull', 'StorageFull'],
    // Of a server that is newer: by its status, in its own words.
    [413, 'TooManyPages', 'PayloadTooLarge'],
    [507, 'TapeFull', 'StorageFull'],
    [599, 'Sunspots', 'ServerError'],
  ])('that is refused with %i %s rejects as %s, in the words of the server', async (status, error, code) => {
    const http = createHttp({
      ...{ baseUrl: 'http://server', getToken: () => null, onUnauthorized: async () => null },
      fetch: async () => Response.json({ error, message: 'What to do.' }, { status }),
    });
    const refused = http.call('auth.registration', {});
    await expect(refused).rejects.toMatchObject({ code, message: 'What to do.', retryable: false });
  });

  it.each([
    ['cookie', 'include'],
    ['bearer', undefined],
  ] as const)('of a session by %s shows another origin its cookie: %s', async (session, shown) => {
    const credentials: unknown[] = [];
    const http = createHttp({
      ...{ baseUrl: 'http://server', session, getToken: () => null, onUnauthorized: async () => null },
      fetch: async (_url, init) => {
        credentials.push(init?.credentials);
        return new Response('{}', { status: 503 });
      },
    });
    await http.call('auth.registration', {}).catch(() => undefined);
    expect(credentials).toEqual([shown]);
  });
});
