import { type RequestType, type RouteDef, requests, routes } from '@boltorezka/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBesiegedServer } from './besieged-server.ts';
import { createRoom } from './rest.ts';
import { inputsOf, type KnownValues } from './schema-arbitrary.ts';
import type { TestServer } from './start-server.ts';
import { NackError, type TestSocket } from './test-socket.ts';

const seed = 20_261_127;
const runsPerRoute = 25;
const runsPerType = 40;

/** People of every kind in rooms of every kind: what the inputs name, exists. */
interface World {
  server: TestServer;
  tokens: string[];
  sockets: TestSocket[];
  known: KnownValues;
}

const openWorld = async (): Promise<World> => {
  const server = await startBesiegedServer();
  const people = await Promise.all(['Anna', 'Boris', 'Clara'].map((name) => server.register(name)));
  const [owner] = people as [(typeof people)[0]];
  const open = await createRoom(server.url, owner.token);
  const closed = await createRoom(server.url, owner.token, { is_public: false });
  const slugs = ['general', open.slug, closed.slug];
  const sockets = await Promise.all(['Dora', 'Egor'].map((name) => server.connect(name)));
  const messageIds: string[] = [];
  for (const socket of sockets) {
    for (const roomSlug of ['general', open.slug]) {
      await socket.request('room.join', { roomSlug, keepOthers: true });
      const { id } = await socket.request('chat.send', { roomSlug, text: 'Some words of a message' });
      messageIds.push(id);
    }
  }
  const userIds = [...people, ...sockets].map(({ user }) => user.id);
  const known = {
    ...{ slug: slugs, roomSlug: slugs, room_slug: slugs },
    ...{ user_id: userIds, userId: userIds, mentions: userIds },
    ...{ messageId: messageIds, message_id: messageIds, around: messageIds, replyTo: messageIds },
    ...{ threadRootId: messageIds, thread_root_id: messageIds, emoji: ['👍', '❤️'] },
  };
  return { server, tokens: people.map(({ token }) => token), sockets, known };
};

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
  world = await openWorld();
});
afterAll(() => world.server.close());

describe('whatever fits the contract, or nearly,', () => {
  // Signing everybody out is what these are for; they are told their own stories elsewhere.
  const names = (Object.keys(routes) as (keyof typeof routes)[]).filter(
    (name) => !(routes[name] as RouteDef).path.startsWith('/v1/auth/') || name === 'auth.register',
  );

  it.each(names)('%s answers as the contract says', async (name) => {
    const route: RouteDef = routes[name];
    const part = (schema: RouteDef['body']) =>
      schema ? inputsOf(schema, world.known) : fc.constant(undefined);
    const inputs = fc.record({
      params: part(route.params),
      query: part(route.query),
      body: part(route.body),
      token: fc.constantFrom(...world.tokens),
    });
    await fc.assert(
      fc.asyncProperty(inputs, async ({ params, query, body, token }) => {
        const path = toPath(route.path, (params ?? {}) as Record<string, unknown>);
        fc.pre(isWellFormed(path));
        const response = await fetch(`${world.server.url}${path}${toQuery(query)}`, {
          method: route.method,
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const answer: unknown = await response.json();
        expect([response.status, Object.keys(route.responses)]).toEqual([
          response.status,
          expect.arrayContaining([String(response.status)]),
        ]);
        route.responses[response.status]?.parse(answer);
      }),
      { numRuns: runsPerRoute, seed },
    );
  });

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
