import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bob } from '../test/fixtures.ts';
import { createScriptedServer, type ScriptedServer, uuid } from '../test/scripted-server.ts';
import { createSignedInClient } from '../test/signed-in.ts';
import { until } from '../test/until.ts';
import type { Client } from './types.ts';

const eve = { userId: uuid(3), userName: 'Eve' };
const toRest = ({ userId, userName }: typeof bob) => ({ user_id: userId, user_name: userName });

describe('whom somebody has blocked', () => {
  let server: ScriptedServer;
  let client: Client;
  let blocked: (typeof bob)[];
  let reads: number;
  const tell = (type: string, payload: object) => server.sockets.at(-1)?.sendEvent(type, payload);
  const names = () => client.people.blocks.get().people.map(({ userName }) => userName);
  const ready = () => until(client.people.blocks, ({ status }) => status === 'ready');

  beforeEach(async () => {
    [blocked, reads] = [[bob], 0];
    server = await createScriptedServer();
    server.rest.set('GET /v1/blocks', () => {
      reads += 1;
      return { status: 200, body: { people: blocked.map(toRest) } };
    });
    client = await createSignedInClient(server);
    await ready();
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  it('is known once they are online, and follows what they do at other devices', async () => {
    expect(names()).toEqual(['Bob']);
    tell('blocks.changed', { ...eve, isBlocked: true });
    await until(client.people.blocks, () => names().length === 2);
    tell('blocks.changed', { ...bob, isBlocked: false });
    await until(client.people.blocks, () => names().length === 1);
    tell('user.renamed', { ...eve, userName: 'Eva' });
    await until(client.people.blocks, () => names()[0] === 'Eva');
  });

  it('is one entry each, told by the answer and by the event', async () => {
    server.rest.set(`PUT /v1/blocks/${eve.userId}`, () => ({ status: 200, body: { ok: true } }));
    await client.people.block(eve);
    tell('blocks.changed', { ...eve, isBlocked: true });
    await client.connection.request('ping', {});
    expect(names()).toEqual(['Bob', 'Eve']);
  });

  it('is not undone by an answer that was on its way while it changed', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    server.rest.set('GET /v1/blocks', async () => {
      await promise;
      return { status: 200, body: { people: [toRest(bob)] } };
    });
    const reading = client.people.refreshBlocks();
    tell('blocks.changed', { ...bob, isBlocked: false });
    tell('blocks.changed', { ...eve, isBlocked: true });
    await until(client.people.blocks, () => names().join() === 'Eve');
    resolve();
    await reading;
    expect(names()).toEqual(['Eve']);
  });

  it('is read again where events may have been lost: on another socket, and when the server says so', async () => {
    blocked = [eve];
    server.sockets.at(-1)?.terminate();
    await until(client.people.blocks, () => names().join() === 'Eve');
    blocked = [];
    tell('server.resync', { spreadMs: 10 });
    await until(client.people.blocks, () => names().length === 0);
    expect(reads).toBe(3);
  });

  it('is nobody’s any more who has signed out', async () => {
    await client.auth.logout();
    expect(client.people.blocks.get()).toEqual({ status: 'loading', people: [], error: null });
  });
});
