import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { within } from './within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('what takes too long is not waited for, and what fails is as good as done', async () => {
  const done = vi.fn();
  void within(100, new Promise(() => undefined)).then(done);
  await vi.advanceTimersByTimeAsync(99);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(done).toHaveBeenCalledTimes(1);
  await within(100, Promise.reject(new Error('no')));
  expect(vi.getTimerCount()).toBe(0);
});
