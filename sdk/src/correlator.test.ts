import { AppError } from '@boltorezka/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCorrelator } from './correlator.ts';

describe('correlator', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('settles each question with its own answer, in whatever order they come', async () => {
    const correlator = createCorrelator({ timeoutMs: 1_000 });
    const first = correlator.open();
    const second = correlator.open();
    correlator.handleAck(second.requestId, 'two');
    correlator.handleAck(first.requestId, 'one');
    expect(await Promise.all([first.answer, second.answer])).toEqual(['one', 'two']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('turns a nack into an AppError with everything it says', async () => {
    const correlator = createCorrelator({ timeoutMs: 1_000 });
    const { requestId, answer } = correlator.open();
    const payload = { code: 'RateLimited', message: 'Slow down', retryable: true, retryAfterMs: 700 };
    correlator.handleNack(requestId, payload);
    await expect(answer).rejects.toMatchObject(payload);
    await expect(answer).rejects.toBeInstanceOf(AppError);
  });

  it('calls a nack that cannot be read a ServerError', async () => {
    const correlator = createCorrelator({ timeoutMs: 1_000 });
    const { requestId, answer } = correlator.open();
    correlator.handleNack(requestId, { code: 'Nonsense' });
    await expect(answer).rejects.toMatchObject({ code: 'ServerError' });
  });

  it('rejects with a retryable Unavailable when no answer comes in time, and drops the late one', async () => {
    const correlator = createCorrelator({ timeoutMs: 1_000 });
    const { requestId, answer } = correlator.open();
    const rejected = expect(answer).rejects.toMatchObject({ code: 'Unavailable', retryable: true });
    await vi.advanceTimersByTimeAsync(1_000);
    await rejected;
    correlator.handleAck(requestId, 'late');
  });

  it('fails everything at once and leaves no timer behind', async () => {
    const correlator = createCorrelator({ timeoutMs: 1_000 });
    const answers = [correlator.open().answer, correlator.open().answer];
    correlator.failAll(new AppError('Unavailable', 'gone'));
    const results = await Promise.allSettled(answers);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
