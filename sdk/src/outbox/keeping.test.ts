import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { texts } from '../../test/chat-rig.ts';
import { message } from '../../test/fixtures.ts';
import {
  createOutboxRig,
  createSlowOutbox,
  enter,
  entry,
  type OutboxRig,
  turnOf,
} from '../../test/outbox-rig.ts';
import { user } from '../../test/scripted-server.ts';
import { until } from '../../test/until.ts';
import type { OutboxEntry, OutboxStorage, OutboxTurnListener } from '../types/outbox.ts';
import { createMemoryOutbox } from './memory-outbox.ts';

/** Lets whatever was answered be told. */
const settle = async () => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

describe('an outbox whose storage fails', () => {
  let rig: OutboxRig;
  const written = () => rig.written();
  const start = (outbox: OutboxStorage) => rig.start(outbox);
  beforeEach(async () => {
    rig = await createOutboxRig();
  });
  afterEach(() => rig.close());

  it('goes on in memory where nothing can be kept', async () => {
    const fail = () => Promise.reject(new Error('The disk is full'));
    const client = await start({ load: fail, save: fail, remove: fail, dropBefore: fail, erase: fail });
    const room = await enter(client);
    room.send('hello');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(written()).toEqual(['hello']);
  });

  it('keeps in memory, and sends, what could not be kept, whatever the storage says of it later', async () => {
    const memory = createMemoryOutbox();
    const save = () => Promise.reject(new Error('The disk is full'));
    const turns = { listener: null as OutboxTurnListener | null };
    const client = await start({ ...memory, save, enterTurn: turnOf(turns) });
    const room = await enter(client);
    const safe: string[] = [];
    room.send('hello', () => safe.push('hello'));
    turns.listener?.onChanged();
    await settle();
    turns.listener?.onChanged();
    await settle();
    expect([texts(room), safe]).toEqual([['hello'], []]);
    turns.listener?.onTurn();
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect([written(), safe]).toEqual([['hello'], ['hello']]);
  });

  it('calls a change that could not be kept safe when the server has it, and not before', async () => {
    const mine = message(1, { userId: user.id, userName: user.name, text: 'before' });
    rig.room.log = [mine];
    const save = () => Promise.reject(new Error('The disk is full'));
    const turns = { listener: null as OutboxTurnListener | null };
    const client = await start({ ...createMemoryOutbox(), save, enterTurn: turnOf(turns) });
    const room = await enter(client);
    let isKept = false;
    room.edit(mine.id, 'after', () => {
      isKept = true;
    });
    await settle();
    expect([texts(room), isKept]).toEqual([['after'], false]);
    rig.server.handlers.set('chat.edit', () => ({ ack: { ...mine, text: 'after', revision: 1 } }));
    turns.listener?.onTurn();
    await expect.poll(() => isKept).toBe(true);
  });

  it('sends though the storage never answers', async () => {
    const never = () => new Promise<never>(() => undefined);
    const client = await start({ load: never, save: never, remove: never, dropBefore: never, erase: never });
    const room = await enter(client);
    let isKept = false;
    room.send('hello', () => {
      isKept = true;
    });
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    expect(isKept).toBe(true);
    expect(written()).toEqual(['hello']);
  });

  it('shows what an earlier visit left as soon as a storage that hung answers', async () => {
    const memory = createMemoryOutbox();
    await memory.save(entry('found late'));
    let answer = (): void => undefined;
    const hung = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const load = async (userId: string) => {
      await hung;
      return memory.load(userId);
    };
    const client = await start({ ...memory, load });
    const room = await enter(client);
    room.send('at once');
    await until(room.state, ({ messages }) => messages[0]?.status === 'sent');
    answer();
    await expect.poll(written).toEqual(['at once', 'found late']);
  });

  it('calls safe what was kept after its time', async () => {
    const memory = createMemoryOutbox();
    const { promise: hung, resolve: answer } = Promise.withResolvers<void>();
    const asked: OutboxEntry[] = [];
    const save = async (one: OutboxEntry) => {
      asked.push(one);
      if (asked.length === 1) await hung;
      await memory.save(one);
    };
    const client = await start({ ...memory, save, enterTurn: turnOf({ listener: null }) });
    const room = await enter(client);
    const safe: string[] = [];
    room.send('late', () => safe.push('late'));
    room.send('next');
    // Nothing is asked for before what was asked last has had its time.
    await expect.poll(() => asked.length).toBe(2);
    expect(safe).toEqual([]);
    answer();
    await expect.poll(() => safe).toEqual(['late']);
  });

  it('calls safe what is kept after its writer has signed out', async () => {
    const memory = createMemoryOutbox();
    const { promise: hung, resolve: answer } = Promise.withResolvers<void>();
    const save = async (one: OutboxEntry) => {
      await hung;
      await memory.save(one);
    };
    const client = await start({ ...memory, save, enterTurn: turnOf({ listener: null }) });
    const room = await enter(client);
    let isKept = false;
    room.send('the last one', () => {
      isKept = true;
    });
    await client.auth.logout();
    answer();
    await expect.poll(() => isKept).toBe(true);
  });

  it('goes on though somebody who looks at it throws', async () => {
    const { storage } = createSlowOutbox();
    const client = await start(storage);
    const room = await enter(client);
    const thrown = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined);
    const unsubscribe = room.state.subscribe(() => {
      throw new Error('A mistake of whoever looks');
    });
    room.send('one');
    room.send('two');
    await expect.poll(written).toEqual(['one', 'two']);
    expect(thrown).toHaveBeenCalled();
    unsubscribe();
    thrown.mockRestore();
  });
});
