import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHeartbeat } from './heartbeat.ts';

const start = (random = 0.5) => {
  const beat = vi.fn();
  const onDead = vi.fn();
  const heartbeat = createHeartbeat({
    intervalMs: 1_000,
    timeoutMs: 300,
    random: () => random,
    beat,
    onDead,
  });
  return { beat, onDead, heartbeat };
};

describe('heartbeat', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('beats first at a random point of the interval, then at every interval', () => {
    const { beat, heartbeat } = start(0.25);
    vi.advanceTimersByTime(249);
    expect(beat).toHaveBeenCalledTimes(0);
    vi.advanceTimersByTime(1);
    expect(beat).toHaveBeenCalledTimes(1);
    heartbeat.handleTraffic();
    vi.advanceTimersByTime(1_000);
    expect(beat).toHaveBeenCalledTimes(2);
    heartbeat.close();
  });

  it('calls a socket dead that says nothing at all within the timeout after a beat', () => {
    const { onDead } = start(0);
    vi.advanceTimersByTime(0);
    vi.advanceTimersByTime(299);
    expect(onDead).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(onDead).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes any frame for a sign of life', () => {
    const { onDead, heartbeat } = start(0);
    for (let beats = 0; beats < 5; beats += 1) {
      vi.advanceTimersByTime(200);
      heartbeat.handleTraffic();
      vi.advanceTimersByTime(800);
    }
    heartbeat.handleTraffic();
    expect(onDead).not.toHaveBeenCalled();
    heartbeat.close();
  });

  it('does not put its deadline off by beating again', () => {
    const { onDead, heartbeat } = start();
    heartbeat.beatNow();
    vi.advanceTimersByTime(200);
    heartbeat.beatNow();
    vi.advanceTimersByTime(100);
    expect(onDead).toHaveBeenCalledTimes(1);
  });

  it('leaves no timer behind and stays quiet once closed', () => {
    const { beat, heartbeat } = start();
    heartbeat.close();
    heartbeat.close();
    heartbeat.beatNow();
    expect(beat).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
