import { describe, expect, it } from 'vitest';
import { createFailedTries } from './failed-tries.ts';

describe('failed tries', () => {
  it('shut an address out for a while, and no other', () => {
    let now = 0;
    const tries = createFailedTries(3, () => now);
    for (let n = 0; n < 3; n += 1) {
      expect(tries.mayTry('a')).toBe(true);
      tries.count('a');
    }
    expect(tries.mayTry('a')).toBe(false);
    expect(tries.mayTry('b')).toBe(true);
    now = 19_000;
    expect(tries.mayTry('a')).toBe(false);
    now = 21_000;
    expect(tries.mayTry('a')).toBe(true);
    tries.count('a');
    expect(tries.mayTry('a')).toBe(false);
    now = 1_000_000;
    for (let n = 0; n < 3; n += 1) tries.count('a');
    expect(tries.mayTry('a')).toBe(false);
  });

  it('remember a bounded number of addresses', () => {
    const tries = createFailedTries(1, () => 0);
    tries.count('first');
    expect(tries.mayTry('first')).toBe(false);
    for (let n = 0; n < 10_000; n += 1) tries.count(`address ${n}`);
    expect(tries.mayTry('first')).toBe(true);
    expect(tries.mayTry('address 9999')).toBe(false);
  });
});
