import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createUnanswered } from '../failures.ts';
import { createIceServersKeeper } from './ice-servers.ts';

const relay = (credential: string) => ({ urls: ['turn:relay.example'], username: 'u', credential });

describe('the relays of a call', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const setup = (iceServers: { urls: string[]; username?: string; credential?: string }[]) => {
    const applied: unknown[] = [];
    let asked = 0;
    let failure: Error | null = null;
    const keeper = createIceServersKeeper({
      iceServers,
      request: async () => {
        asked += 1;
        if (failure) throw failure;
        return { iceServers: [relay(`number ${asked}`)] };
      },
      apply: async (servers) => {
        applied.push(servers);
        throw new Error('as Firefox has it');
      },
      log: () => undefined,
    });
    return {
      keeper,
      applied,
      count: () => asked,
      fail: (error: Error | null) => {
        failure = error;
      },
    };
  };

  it('have fresh credentials before the old ones end, also where an answer was missed', async () => {
    const { keeper, applied, count, fail } = setup([relay('first')]);
    fail(createUnanswered('lost'));
    await vi.advanceTimersByTimeAsync(180_000);
    fail(null);
    await vi.advanceTimersByTimeAsync(180_000);
    expect(count()).toBe(2);
    expect(applied).toEqual([[relay('number 2')]]);
    keeper.close();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(count()).toBe(2);
  });

  it('are taken from any answer that brings them, and not asked for where there are none', async () => {
    const { keeper, applied, count } = setup([{ urls: ['stun:stun.example'] }]);
    keeper.update([]);
    keeper.update([relay('beside')]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect([applied, count()]).toEqual([[[relay('beside')]], 0]);
    keeper.close();
  });
});
