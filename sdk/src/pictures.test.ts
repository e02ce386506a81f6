import { limits } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScriptedServer, type ScriptedServer, user, uuid } from '../test/scripted-server.ts';
import { createSignedInClient } from '../test/signed-in.ts';
import { until } from '../test/until.ts';
import type { Client } from './types.ts';

const [boris, vera, first, second] = [uuid(2), uuid(3), uuid(70), uuid(71)];

describe('pictures of people', () => {
  let server: ScriptedServer;
  let client: Client;
  /** Who has which, at the server. */
  let pictures: Map<string, string>;
  let lookups: string[][];
  const stops: (() => void)[] = [];
  const tell = (type: string, payload: object) => server.sockets.at(-1)?.sendEvent(type, payload);
  const watch = (userId: string) => {
    const store = client.pictures.of(userId);
    const stop = store.subscribe(() => undefined);
    stops.push(stop);
    return { store, stop };
  };
  const shows = (userId: string, pictureId: string | null) =>
    until(client.pictures.of(userId), (shown) => shown === pictureId);

  beforeEach(async () => {
    pictures = new Map([[boris, first]]);
    lookups = [];
    server = await createScriptedServer();
    server.rest.set('GET /v1/people/pictures', ({ query }) => {
      const ids = query.get('user_ids')?.split(',') ?? [];
      lookups.push(ids);
      const found = ids.flatMap((id) =>
        pictures.has(id) ? [{ user_id: id, picture_id: pictures.get(id) }] : [],
      );
      return { status: 200, body: { pictures: found } };
    });
    client = await createSignedInClient(server);
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop();
    client.close();
    await server.close();
  });

  it('are asked for once, of all who are looked at together', async () => {
    for (const userId of [boris, vera, boris]) watch(userId);
    await shows(boris, first);
    expect(client.pictures.of(vera).get()).toBeNull();
    watch(boris);
    watch(vera);
    watch(uuid(4));
    await expect.poll(() => lookups.length).toBe(2);
    expect(lookups).toEqual([[boris, vera], [uuid(4)]]);
  });

  it('of many are asked for so many at a time', async () => {
    const everybody = Array.from({ length: limits.maxPictureLookups + 1 }, (_, index) => uuid(1_000 + index));
    pictures.set(everybody.at(-1)!, second);
    for (const userId of everybody) watch(userId);
    await shows(everybody.at(-1)!, second);
    expect(lookups.map(({ length }) => length)).toEqual([limits.maxPictureLookups, 1]);
  });

  it('are others when the server says so', async () => {
    watch(boris);
    await shows(boris, first);
    tell('user.pictureChanged', { userId: boris, pictureId: second });
    await shows(boris, second);
    tell('user.pictureChanged', { userId: boris, pictureId: null });
    await shows(boris, null);
    expect(lookups).toHaveLength(1);
  });

  it('are what was told, where the answer was asked for before', async () => {
    const isAsked = Promise.withResolvers<void>();
    const mayAnswer = Promise.withResolvers<void>();
    server.rest.set('GET /v1/people/pictures', async () => {
      isAsked.resolve();
      await mayAnswer.promise;
      return { status: 200, body: { pictures: [{ user_id: boris, picture_id: first }] } };
    });
    watch(boris);
    await isAsked.promise;
    tell('user.pictureChanged', { userId: boris, pictureId: second });
    await shows(boris, second);
    mayAnswer.resolve();
    await client.connection.request('ping', {});
    watch(vera);
    await expect.poll(() => client.pictures.of(vera).get()).toBeNull();
    expect(client.pictures.of(boris).get()).toBe(second);
  });

  it.each(['another socket', 'server.resync'])(
    'are asked for again after %s, as far as they are looked at',
    async (how) => {
      watch(boris);
      const { stop } = watch(vera);
      await shows(boris, first);
      stop();
      pictures.set(boris, second);
      if (how === 'another socket') server.sockets.at(-1)?.terminate();
      else tell('server.resync', { spreadMs: 0 });
      await shows(boris, second);
      expect(lookups).toEqual([[boris, vera], [boris]]);
    },
  );

  it('are asked for again where the server could not say', async () => {
    const answer = server.rest.get('GET /v1/people/pictures')!;
    server.rest.set('GET /v1/people/pictures', (request) => {
      server.rest.set('GET /v1/people/pictures', answer);
      return { status: 503, body: { error: 'Unavailable', message: String(request.query) } };
    });
    watch(boris);
    await shows(boris, first);
  });

  it('are none at a server that knows none, and it is not asked on and on', async () => {
    let times = 0;
    server.rest.set('GET /v1/people/pictures', () => {
      times += 1;
      return { status: 404, body: { error: 'NotFound', message: 'There is nothing here' } };
    });
    watch(boris);
    await expect.poll(() => times).toBe(1);
    watch(boris);
    await client.connection.request('ping', {});
    expect(times).toBe(1);
    expect(client.pictures.of(boris).get()).toBeNull();
  });

  it('are nobody’s once nobody is signed in', async () => {
    watch(boris);
    await shows(boris, first);
    await client.auth.logout();
    expect(client.pictures.of(boris).get()).toBeNull();
  });

  it('are set and removed for oneself, and shown without waiting for the socket', async () => {
    const sent: unknown[] = [];
    server.rest.set('PUT /v1/auth/me/picture', ({ body, token }) => {
      sent.push([body, token]);
      return { status: 200, body: { picture_id: first } };
    });
    server.rest.set('DELETE /v1/auth/me/picture', () => ({ status: 200, body: { ok: true } }));
    await client.pictures.set(new Blob(['"bytes"']));
    expect(sent).toEqual([['bytes', 'secret-token']]);
    expect(client.pictures.of(user.id).get()).toBe(first);
    await client.pictures.remove();
    expect(client.pictures.of(user.id).get()).toBeNull();
  });

  it('that are refused change nothing', async () => {
    server.rest.set('PUT /v1/auth/me/picture', () => ({
      status: 415,
      body: { error: 'UnsupportedMediaType', message: 'That is no picture' },
    }));
    tell('user.pictureChanged', { userId: user.id, pictureId: first });
    watch(user.id);
    await expect(client.pictures.set(new Blob(['"x"']))).rejects.toMatchObject({
      code: 'UnsupportedMediaType',
    });
    expect(client.pictures.of(user.id).get()).not.toBe(second);
  });

  it('are fetched with the session’s token', async () => {
    server.rest.set(`GET /v1/pictures/${first}`, ({ token }) => ({
      status: 200,
      body: `bytes for ${token}`,
    }));
    expect(await (await client.pictures.load(first)).text()).toBe('bytes for secret-token');
  });
});
