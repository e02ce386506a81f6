import { AppError } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLane } from './lane.ts';

interface Asked {
  key: string;
  answer(): Promise<void>;
  refuse(error: AppError): Promise<void>;
}

const slowMode = (retryAfterMs = 3_600_000) => new AppError('RateLimited', 'Slow mode', { retryAfterMs });
const unavailable = () => new AppError('Unavailable', 'Not now');

/** A lane, and what it asks of a server that answers when told to. */
const start = () => {
  const asked: Asked[] = [];
  const sent: string[] = [];
  const refused: string[] = [];
  let timesNotJoined = 0;
  const lane = createLane<{ key: string }, string>({
    send: ({ key }) =>
      new Promise((resolve, reject) => {
        // Two turns: the lane hears of it, and goes on.
        const settle = async (how: () => void) => {
          how();
          await Promise.resolve();
          await Promise.resolve();
        };
        asked.push({
          key,
          answer: () => settle(() => resolve(key)),
          refuse: (error) => settle(() => reject(error)),
        });
      }),
    random: () => 1,
    mayOvertake: (later, patient) => later.key.startsWith('change') && !patient.key.startsWith('change'),
    onDone: ({ key }) => sent.push(key),
    onRefused: ({ key }) => refused.push(key),
    onNotJoined: () => {
      timesNotJoined += 1;
    },
    onChange: () => undefined,
  });
  const add = (...keys: string[]) => {
    for (const key of keys) lane.add({ key });
  };
  const keys = () => asked.map(({ key }) => key);
  const last = () => asked[asked.length - 1]!;
  return { lane, add, sent, refused, keys, last, timesNotJoined: () => timesNotJoined };
};

describe('a lane', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('sends one thing at a time, in the order they came', async () => {
    const { lane, add, sent, keys, last } = start();
    add('a', 'b', 'c');
    expect(keys()).toEqual([]);
    lane.open();
    expect(keys()).toEqual(['a']);
    await last().answer();
    expect(keys()).toEqual(['a', 'b']);
    await last().answer();
    await last().answer();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('lets nothing overtake what has to be tried again', async () => {
    const { lane, add, sent, keys, last } = start();
    lane.open();
    add('a', 'b');
    await last().refuse(unavailable());
    add('c');
    expect(keys()).toEqual(['a']);
    expect([...lane.held().keys()].map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    vi.advanceTimersByTime(250);
    expect(keys()).toEqual(['a', 'a']);
    for (let turn = 0; turn < 3; turn += 1) await last().answer();
    expect(sent).toEqual(['a', 'b', 'c']);
  });

  it('never gives up while the server only cannot take it now', async () => {
    const { lane, add, sent, refused, keys, last } = start();
    lane.open();
    add('a', 'b');
    for (let turn = 1; turn <= 100; turn += 1) {
      await last().refuse(unavailable());
      vi.advanceTimersByTime(10_000);
      expect(keys()).toHaveLength(turn + 1);
    }
    await last().answer();
    await last().answer();
    expect([sent, refused]).toEqual([['a', 'b'], []]);
  });

  it('waits on where it is told anew what is to be sent, and the same comes first', async () => {
    const { lane, keys, last } = start();
    lane.open();
    const [first, second] = [{ key: 'a' }, { key: 'b' }];
    lane.arrange([first]);
    await last().refuse(new AppError('RateLimited', 'Slow down', { retryAfterMs: 3_000 }));
    vi.advanceTimersByTime(2_000);
    lane.arrange([first, second]);
    expect(keys()).toEqual(['a']);
    vi.advanceTimersByTime(999);
    expect(keys()).toEqual(['a']);
    vi.advanceTimersByTime(1);
    expect(keys()).toEqual(['a', 'a']);
  });

  it('waits as long as a busy server asks, and says until when', async () => {
    const { lane, add, sent, keys, last } = start();
    lane.open();
    add('a');
    for (let turn = 1; turn <= 20; turn += 1) {
      await last().refuse(new AppError('RateLimited', 'Slow down', { retryAfterMs: 3_000 }));
      expect([...lane.held().values()]).toMatchObject([{ retryAt: Date.now() + 3_000 }]);
      vi.advanceTimersByTime(2_999);
      expect(keys()).toHaveLength(turn);
      vi.advanceTimersByTime(1);
      expect(keys()).toHaveLength(turn + 1);
    }
    await last().answer();
    expect(sent).toEqual(['a']);
  });

  it('gives up what a server fails at again and again, and goes on with the next', async () => {
    const { lane, add, sent, refused, last } = start();
    lane.open();
    add('a', 'b');
    for (let turn = 0; turn < 6; turn += 1) {
      await last().refuse(new AppError('ServerError', 'A mistake of ours'));
      vi.advanceTimersByTime(20_000);
    }
    expect(refused).toEqual(['a']);
    await last().answer();
    expect(sent).toEqual(['b']);
  });

  it('does not stop at what the server will not take', async () => {
    const { lane, add, sent, refused, last } = start();
    lane.open();
    add('a', 'b');
    await last().refuse(new AppError('Forbidden', 'Read only'));
    await last().answer();
    expect([refused, sent]).toEqual([['a'], ['b']]);
  });

  it('asks to be let in again where the server does not find it in the room, and goes on after that', async () => {
    const { lane, add, sent, refused, last, timesNotJoined } = start();
    lane.open();
    add('a');
    await last().refuse(new AppError('NoActiveRoom', 'Join the room first'));
    expect(timesNotJoined()).toBe(1);
    vi.advanceTimersByTime(250);
    await last().answer();
    expect([sent, refused]).toEqual([['a'], []]);
  });

  it('begins again with the oldest when it is opened anew, without counting the lost socket', async () => {
    const { lane, add, refused, keys, last } = start();
    add('a', 'b');
    for (let turn = 1; turn <= 10; turn += 1) {
      lane.open();
      expect(keys()).toHaveLength(turn);
      const lost = last();
      lane.pause();
      await lost.refuse(unavailable());
    }
    expect(new Set(keys())).toEqual(new Set(['a']));
    expect(refused).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on with the next when what is on its way turns out to have arrived', async () => {
    const { lane, add, sent, keys, last } = start();
    lane.open();
    add('a', 'b');
    lane.remove(({ key }) => key === 'a');
    await last().refuse(unavailable());
    expect(keys()).toEqual(['a', 'b']);
    await last().answer();
    expect(sent).toEqual(['b']);
  });

  it('lets what may overtake go, in its own order, while the server asks for patience with another', async () => {
    const { lane, add, sent, keys, last } = start();
    lane.open();
    add('a');
    await last().refuse(slowMode());
    add('b', 'change 1', 'c', 'change 2');
    expect(keys()).toEqual(['a', 'change 1']);
    expect([...lane.held().keys()].map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    await last().answer();
    await last().answer();
    expect(sent).toEqual(['change 1', 'change 2']);
    vi.advanceTimersByTime(3_600_000);
    for (let turn = 0; turn < 3; turn += 1) await last().answer();
    expect(sent).toEqual(['change 1', 'change 2', 'a', 'b', 'c']);
  });

  it('lets nothing overtake where the server only cannot take one now', async () => {
    const { lane, add, keys, last } = start();
    lane.open();
    add('a', 'change 1');
    await last().refuse(unavailable());
    expect(keys()).toEqual(['a']);
  });

  it('keeps what has overtaken in its order where that has to wait itself, and lets what was before go meanwhile', async () => {
    const { lane, add, sent, keys, last } = start();
    lane.open();
    add('a');
    await last().refuse(slowMode(1_000));
    add('change 1', 'change 2', 'b');
    await last().refuse(slowMode(2_000));
    expect(keys()).toEqual(['a', 'change 1']);
    vi.advanceTimersByTime(1_000);
    expect(keys().at(-1)).toBe('a');
    await last().answer();
    // No message overtakes a change that was made before it.
    expect(keys()).toHaveLength(3);
    vi.advanceTimersByTime(1_000);
    for (let turn = 0; turn < 3; turn += 1) await last().answer();
    expect(sent).toEqual(['a', 'change 1', 'change 2', 'b']);
  });

  it('counts failures of each by itself', async () => {
    const { lane, add, sent, refused, last } = start();
    lane.open();
    add('a');
    for (let turn = 0; turn < 5; turn += 1) {
      await last().refuse(new AppError('ServerError', 'A mistake of ours'));
      vi.advanceTimersByTime(20_000);
    }
    await last().refuse(slowMode());
    add('change 1');
    await last().refuse(new AppError('ServerError', 'A mistake of ours'));
    expect(refused).toEqual([]);
    vi.advanceTimersByTime(20_000);
    await last().answer();
    expect(sent).toEqual(['change 1']);
  });

  it('goes on with the next where the one that waits is taken back', async () => {
    const { lane, add, keys, last } = start();
    lane.open();
    add('a', 'b');
    await last().refuse(slowMode());
    lane.remove(({ key }) => key === 'a');
    expect(keys()).toEqual(['a', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('asks again before its time where what it waits for may have changed, and only then', async () => {
    const { lane, add, keys, last } = start();
    lane.open();
    add('a');
    await last().refuse(slowMode());
    lane.hurry();
    expect(keys()).toEqual(['a', 'a']);
    await last().refuse(unavailable());
    lane.hurry();
    expect(keys()).toEqual(['a', 'a']);
  });
});
