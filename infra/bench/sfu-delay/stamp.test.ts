import { describe, expect, it } from 'vitest';
import { nowUs } from '../common/clock.ts';
import { pathOf, readAgeUs, stamp } from './stamp.ts';

const packet = (ssrc: number, second = 111): Buffer => {
  const bytes = Buffer.alloc(12);
  bytes[1] = second;
  bytes.writeUInt32BE(ssrc, 8);
  return bytes;
};

describe('a stamped packet', () => {
  it('tells how old it is', () => {
    const stamped = packet(1);
    const beforeUs = nowUs();
    stamp(stamped);
    expect(readAgeUs(stamped, beforeUs + 5_000_000)).toBeLessThanOrEqual(5_000_000);
    expect(readAgeUs(stamped, nowUs())).toBeLessThan(5_000_000);
  });

  it('tells its age also after the clock has gone past 32 bits', () => {
    const stamped = packet(1);
    stamped.writeUInt32BE(2 ** 32 - 100, 4);
    expect(readAgeUs(stamped, 3 * 2 ** 32 + 50.7)).toBe(150);
  });

  it('tells the way it came by its SSRC, and RTCP by its type', () => {
    expect(pathOf(packet(10))).toBe('direct');
    expect(pathOf(packet(123_456_789))).toBe('worker');
    expect(pathOf(packet(123_456_789, 200))).toBeUndefined();
  });
});
