import { AppError } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { roomId } from '../../test/fixtures.ts';
import { createReadMarker } from './read-marker.ts';

/** A marker, and a server that answers in the next turn. */
const start = () => {
  const marked: number[] = [];
  let refusal: AppError | null = null;
  const marker = createReadMarker({
    random: () => 1,
    mark: async (seq) => {
      marked.push(seq);
      if (refusal) throw refusal;
      return { roomId, roomSlug: 'general', seq, messageCount: seq, unreadMentionCount: 0 };
    },
    onMarked: () => undefined,
  });
  const pass = (timeMs: number) => vi.advanceTimersByTimeAsync(timeMs);
  return {
    marker,
    marked,
    pass,
    refuse: (error: AppError | null) => {
      refusal = error;
    },
  };
};

describe('marking what was read', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is said at once, then once a second at most, and the last word always', async () => {
    const { marker, marked, pass } = start();
    marker.open();
    for (const seq of [1, 2, 3]) marker.markRead(seq);
    await pass(999);
    expect(marked).toEqual([1]);
    marker.markRead(4);
    await pass(1);
    expect(marked).toEqual([1, 4]);
    await pass(5_000);
    expect(marked).toEqual([1, 4]);
  });

  it('never goes back, nor says what another device has said', async () => {
    const { marker, marked, pass } = start();
    marker.open();
    marker.markRead(5);
    marker.markRead(3);
    marker.handleRead(9);
    await pass(2_000);
    marker.markRead(8);
    await pass(2_000);
    expect(marked).toEqual([5]);
  });

  it('waits for a connection, and for a server that cannot take it now', async () => {
    const { marker, marked, pass, refuse } = start();
    marker.markRead(5);
    await pass(2_000);
    expect(marked).toEqual([]);
    refuse(new AppError('Unavailable', 'Not now'));
    marker.open();
    await pass(1_500);
    refuse(null);
    await pass(5_000);
    expect(marked).toEqual([5, 5, 5]);
  });

  it('is said ever less often to a server that cannot take it, and not before it wants to hear it', async () => {
    const { marker, marked, pass, refuse } = start();
    refuse(new AppError('Unavailable', 'Not now'));
    marker.open();
    marker.markRead(5);
    await pass(60_000);
    expect(marked.length).toBeLessThan(13);
    refuse(new AppError('RateLimited', 'Slow down', { retryAfterMs: 40_000 }));
    await pass(10_000);
    const timesAsked = marked.length;
    await pass(29_000);
    expect(marked).toHaveLength(timesAsked);
    refuse(null);
    await pass(11_000);
    expect(marked).toHaveLength(timesAsked + 1);
  });

  it('is said at once, and once, to whoever leaves', async () => {
    const { marker, marked, pass } = start();
    marker.open();
    marker.markRead(1);
    marker.flush();
    await pass(10);
    marker.markRead(4);
    marker.flush();
    marker.flush();
    marker.reset();
    await pass(5_000);
    expect(marked).toEqual([1, 4]);
  });

  it('cannot be said by whoever leaves without a connection', async () => {
    const { marker, marked, pass } = start();
    marker.markRead(4);
    marker.flush();
    marker.reset();
    await pass(5_000);
    expect(marked).toEqual([]);
  });

  it('is known before it is said, as far as anything is', async () => {
    const { marker, pass } = start();
    expect(marker.seenSeq()).toBe(0);
    marker.markRead(4);
    expect(marker.seenSeq()).toBe(4);
    marker.handleRead(9);
    expect(marker.seenSeq()).toBe(9);
    marker.open();
    marker.markRead(12);
    marker.reset();
    await pass(5_000);
    expect(marker.seenSeq()).toBe(0);
  });

  it('does not repeat what the server will not hear', async () => {
    const { marker, marked, pass, refuse } = start();
    refuse(new AppError('Forbidden', 'No'));
    marker.open();
    marker.markRead(5);
    await pass(5_000);
    expect(marked).toEqual([5]);
  });
});
