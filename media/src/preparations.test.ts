import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PeerTransports } from './peer.ts';
import { Preparations } from './preparations.ts';

/** As much of a transport as is touched here. */
const createTransport = () => {
  const transport = {
    closed: false,
    close: () => {
      transport.closed = true;
    },
  };
  return transport;
};

const createPair = () => ({ send: createTransport(), recv: createTransport() });
const asTransports = (pair: ReturnType<typeof createPair>) => pair as unknown as PeerTransports;

describe('transports that were prepared', () => {
  let expired: string[];
  let preparations: Preparations;
  const add = (peerId: string) => {
    const pair = createPair();
    preparations.add(peerId, asTransports(pair));
    return pair;
  };
  beforeEach(() => {
    vi.useFakeTimers();
    expired = [];
    preparations = new Preparations((peerId) => expired.push(peerId));
  });
  afterEach(() => {
    preparations.close();
    vi.useRealTimers();
  });

  it('are handed over once, open, and then no longer theirs to close', () => {
    const pair = add('anna');
    expect(preparations.take('anna')).toBe(pair);
    expect(preparations.take('anna')).toBeUndefined();
    vi.advanceTimersByTime(120_000);
    expect([pair.send.closed, expired]).toEqual([false, []]);
  });

  it('are closed after a minute, and that is told', () => {
    const pair = add('anna');
    vi.advanceTimersByTime(59_000);
    expect([preparations.size, pair.recv.closed]).toEqual([1, false]);
    vi.advanceTimersByTime(2_000);
    expect([preparations.size, pair.send.closed, pair.recv.closed, expired]).toEqual([
      0,
      true,
      true,
      ['anna'],
    ]);
  });

  it('are not handed over where they have ended with their worker', () => {
    add('anna').recv.close();
    expect(preparations.take('anna')).toBeUndefined();
  });

  it('are closed by those that take their place, and all of them at the end, twice', () => {
    const [first, second] = [add('anna'), add('anna')];
    expect([first.send.closed, second.send.closed, preparations.size]).toEqual([true, false, 1]);
    preparations.close();
    preparations.close();
    expect(second.recv.closed).toBe(true);
  });
});
