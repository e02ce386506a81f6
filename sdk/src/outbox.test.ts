import { AppError, type ChatMessage } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { message } from '../test/fixtures.ts';
import { createOutbox } from './outbox.ts';
import type { Connection } from './types.ts';

interface Asked {
  key: string;
  answer(): Promise<void>;
  refuse(error: AppError): Promise<void>;
}

const unavailable = () => new AppError('Unavailable', 'Not now');
const lose = () => new AppError('Unavailable', 'The socket is gone', { retryable: true });

/** An outbox, and what it asks of a server that answers when told to. */
const start = () => {
  const asked: Asked[] = [];
  const sent: string[] = [];
  const failed: string[] = [];
  const request = (_type: string, payload: { clientMessageId: string }) =>
    new Promise<ChatMessage>((resolve, reject) => {
      // Two turns: the outbox hears of it, and goes on.
      const settle = async (how: () => void) => {
        how();
        await Promise.resolve();
        await Promise.resolve();
      };
      asked.push({
        key: payload.clientMessageId,
        answer: () => settle(() => resolve(message(asked.length))),
        refuse: (error) => settle(() => reject(error)),
      });
    });
  const outbox = createOutbox({
    slug: 'general',
    request: request as unknown as Connection['request'],
    random: () => 1,
    onSent: (key) => sent.push(key),
    onFailed: (key) => failed.push(key),
  });
  const keys = () => asked.map(({ key }) => key);
  const last = () => asked[asked.length - 1]!;
  return { outbox, sent, failed, keys, last };
};

describe('outbox', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends one message at a time, in the order they were written', async () => {
    const { outbox, sent, keys, last } = start();
    for (const key of ['a', 'b', 'c']) outbox.add(key, key);
    expect(keys()).toEqual([]);
    outbox.open();
    expect(keys()).toEqual(['a']);
    await last().answer();
    expect(keys()).toEqual(['a', 'b']);
    await last().answer();
    await last().answer();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('lets nothing overtake a message that has to be tried again', async () => {
    const { outbox, sent, keys, last } = start();
    outbox.open();
    outbox.add('a', 'a');
    outbox.add('b', 'b');
    await last().refuse(unavailable());
    outbox.add('c', 'c');
    expect(keys()).toEqual(['a']);
    vi.advanceTimersByTime(250);
    expect(keys()).toEqual(['a', 'a']);
    for (let turn = 0; turn < 3; turn += 1) await last().answer();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('waits as long as a busy server asks, however often, and does not take it for a failure', async () => {
    const { outbox, sent, failed, keys, last } = start();
    outbox.open();
    outbox.add('a', 'a');
    for (let turn = 1; turn <= 20; turn += 1) {
      await last().refuse(new AppError('RateLimited', 'Slow down', { retryAfterMs: 3_000 }));
      vi.advanceTimersByTime(2_999);
      expect(keys()).toHaveLength(turn);
      vi.advanceTimersByTime(1);
      expect(keys()).toHaveLength(turn + 1);
    }
    await last().answer();
    expect(sent).toEqual(['a']);
    expect(failed).toEqual([]);
  });

  it('gives a message up after a few failures, and goes on with the next', async () => {
    const { outbox, sent, failed, last } = start();
    outbox.open();
    outbox.add('a', 'a');
    outbox.add('b', 'b');
    for (let turn = 0; turn < 6; turn += 1) {
      await last().refuse(unavailable());
      vi.advanceTimersByTime(20_000);
    }
    expect(failed).toEqual(['a']);
    await last().answer();
    expect(sent).toEqual(['b']);
  });

  it('does not stop at a message that the server will not take', async () => {
    const { outbox, sent, failed, last } = start();
    outbox.open();
    outbox.add('a', 'a');
    outbox.add('b', 'b');
    await last().refuse(new AppError('Forbidden', 'Read only'));
    await last().answer();
    expect([failed, sent]).toEqual([['a'], ['b']]);
  });

  it('begins again with the oldest when the room is joined anew, without counting the lost socket', async () => {
    const { outbox, failed, keys, last } = start();
    outbox.add('a', 'a');
    outbox.add('b', 'b');
    for (let turn = 1; turn <= 10; turn += 1) {
      outbox.open();
      expect(keys()).toHaveLength(turn);
      const lost = last();
      outbox.pause();
      await lost.refuse(lose());
    }
    expect(new Set(keys())).toEqual(new Set(['a']));
    expect(failed).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on with the next when what is on its way turns out to have arrived', async () => {
    const { outbox, sent, keys, last } = start();
    outbox.open();
    outbox.add('a', 'a');
    outbox.add('b', 'b');
    outbox.keepOnly(new Set(['b']));
    await last().refuse(unavailable());
    expect(keys()).toEqual(['a', 'b']);
    await last().answer();
    expect(sent).toEqual(['b']);
  });
});
