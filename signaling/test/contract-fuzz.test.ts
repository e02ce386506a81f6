import { type RequestType, type RouteDef, type RouteName, requests, routes } from '@boltorezka/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Callers, openFuzzWorld, type World } from './fuzz-world.ts';
import { takePicture } from './pictures.ts';
import { inputsOf } from './schema-arbitrary.ts';
import { NackError, type TestSocket } from './test-socket.ts';

const seed = 20_261_127;
const runsPerRoute = 15;
const runsPerType = 25;

const toPath = (path: string, params: Record<string, unknown>): string =>
  path.replace(/:(\w+)/g, (_match, name: string) => encodeURIComponent(String(params[name])));

const toQuery = (query: unknown): string => {
  if (query === null || typeof query !== 'object') return '';
  const entries = Object.entries(query).map(([name, value]) => [name, String(value)]);
  return entries.length === 0 ? '' : `?${new URLSearchParams(entries as [string, string][])}`;
};

const isWellFormed = (path: string): boolean => {
  try {
    return path.length < 2_000 && decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
};

let world: World;
beforeAll(async () => {
  world = await openFuzzWorld();
});
afterAll(() => world.server.close());

/** Most of them no picture; some nearly. */
const binaries = (picture: Uint8Array) =>
  fc.oneof(
    fc.uint8Array({ maxLength: 2_000 }),
    fc.constant(picture),
    fc.tuple(fc.nat(picture.length - 1), fc.nat(255)).map(([at, byte]) => picture.with(at, byte)),
    fc.nat(picture.length).map((length) => picture.slice(0, length)),
  );

const inputsFor = (route: RouteDef, picture: Uint8Array) => {
  const part = (schema: RouteDef['body']) =>
    schema ? inputsOf(schema, world.known) : fc.constant(undefined);
  const body = route.requestBody === 'binary' ? binaries(picture) : part(route.body);
  return fc.record({ params: part(route.params), query: part(route.query), body });
};

const toBody = (body: unknown) => {
  if (body === undefined) return undefined;
  return body instanceof Uint8Array
    ? { type: 'application/octet-stream', bytes: body }
    : { type: 'application/json', bytes: JSON.stringify(body) };
};

/** Holds an answer to what the contract says of it. */
const judge = async (route: RouteDef, response: Response): Promise<void> => {
  const isFile = route.responseBody === 'binary' && response.status < 400;
  const statuses = [...Object.keys(route.responses), ...(isFile ? ['200', '206', '304'] : [])];
  expect([response.status, statuses]).toEqual([
    response.status,
    expect.arrayContaining([String(response.status)]),
  ]);
  if (isFile) await response.bytes();
  else route.responses[response.status]?.parse(await response.json());
};

const attack = async (name: RouteName, caller: keyof Callers): Promise<void> => {
  const route: RouteDef = routes[name];
  const picture = new Uint8Array(await takePicture({ format: 'png', width: 40, height: 40 }));
  await fc.assert(
    fc.asyncProperty(inputsFor(route, picture), async ({ params, query, body }) => {
      const path = toPath(route.path, (params ?? {}) as Record<string, unknown>);
      fc.pre(isWellFormed(path));
      const sent = toBody(body);
      const response = await fetch(`${world.server.url}${path}${toQuery(query)}`, {
        method: route.method,
        headers: {
          authorization: `Bearer ${await world.callers[caller]()}`,
          ...(sent && { 'content-type': sent.type }),
        },
        ...(sent && { body: sent.bytes }),
      });
      await judge(route, response);
    }),
    { numRuns: runsPerRoute, seed },
  );
};

describe('whatever fits the contract, or nearly,', () => {
  /** What ends things comes after what asks about them. */
  const names = (Object.keys(routes) as RouteName[]).sort(
    (a, b) => Number(routes[a].method === 'DELETE') - Number(routes[b].method === 'DELETE'),
  );
  /** These sign people out, or end them: they come last, and by people whom nobody misses. */
  const ownNames = names.filter((name) => name.startsWith('auth.'));
  const serverNames = names.filter((name) => routes[name].path.startsWith('/v1/admin/'));
  const others = names.filter((name) => !ownNames.includes(name) && !serverNames.includes(name));

  it.each(others)('%s answers as the contract says', (name) => attack(name, 'somebody'));

  const types = (Object.keys(requests) as RequestType[]).filter((type) => type !== 'ping');

  it.each(types)('%s is answered, and the socket stands', async (type) => {
    const socket = world.sockets[0] as TestSocket;
    await socket.request('room.join', { roomSlug: 'general', keepOthers: true });
    await fc.assert(
      fc.asyncProperty(inputsOf(requests[type].payload, world.known), async (payload) => {
        try {
          const result = await socket.request(type, payload as never);
          requests[type].result.parse(result);
        } catch (error) {
          if (!(error instanceof NackError)) throw error;
          expect(error.payload.code).not.toBe('ServerError');
        }
      }),
      { numRuns: runsPerType, seed },
    );
    expect(socket.ws.readyState).toBe(socket.ws.OPEN);
  });

  it.each(ownNames)('%s answers as the contract says, whomever it signs out', (name) =>
    attack(name, 'passerBy'),
  );

  it.each(serverNames)('%s answers an administrator as the contract says', (name) =>
    attack(name, 'administrator'),
  );

  it('leaves a server that serves as before, with nothing of it kept', async () => {
    await Promise.all(world.sockets.map((socket) => socket.close()));
    const status = await world.server.media.request('media.getStatus', {});
    await expect
      .poll(async () => {
        const { workers } = await world.server.media.request('media.getStatus', {});
        return workers.reduce((sum, { peers }) => sum + peers, 0);
      })
      .toBe(0);
    expect(status.deadWorkers).toBe(0);
    const metrics = await (await fetch(`${world.server.url}/metrics`)).text();
    expect(metrics).toMatch(/boltorezka_sockets 0\n/);
    expect(metrics).toMatch(/boltorezka_voice_seats 0\n/);
    expect((await fetch(`${world.server.url}/readyz`)).status).toBe(200);
  });
});
