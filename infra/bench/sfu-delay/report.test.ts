import { describe, expect, it } from 'vitest';
import { faultOf, nextTalkers, type Series, toDelayRows, toLoadRow, type Window } from './report.ts';

const second = (changes: Partial<Window> = {}): Window => ({
  elapsedMs: 1_000,
  workerCpuMs: 500,
  workerWaitedMs: 1,
  packets: 10_000,
  expected: 10_000,
  received: 10_000,
  delaysUs: { direct: [10, 20, 30], worker: [110, 120, 130] },
  ...changes,
});

const series = (windows: Window[]): Series => ({
  mode: 'plain',
  state: 'half load',
  windows,
  loadAverage: 1,
});

describe('a window', () => {
  it('is lossy beyond one packet in a thousand, and disturbed beyond a hundredth of waiting', () => {
    expect(faultOf(second({ received: 9_990 }))).toBeUndefined();
    expect(faultOf(second({ received: 9_989 }))).toBe('lossy');
    expect(faultOf(second({ workerWaitedMs: 10 }))).toBeUndefined();
    expect(faultOf(second({ workerWaitedMs: 11 }))).toBe('disturbed');
  });
});

describe('the load', () => {
  it('is what the worker took in the valid windows, with the others counted', () => {
    const windows = [
      second({ workerCpuMs: 490 }),
      second(),
      second({ received: 0 }),
      second({ workerWaitedMs: 99 }),
    ];
    expect(toLoadRow(series(windows))).toMatchObject({
      windows: 2,
      lossy: 1,
      disturbed: 1,
      'packets/s': 10_000,
      'worker CPU %': 49.5,
      least: 49,
      most: 50,
    });
  });
});

describe('the added delay', () => {
  it('is the difference of the percentiles over the packets of all valid windows', () => {
    const late = second({ delaysUs: { direct: [20, 20], worker: [120, 520] } });
    const lossy = second({ received: 0, delaysUs: { direct: [0], worker: [9_000] } });
    const [direct, worker, added] = toDelayRows(series([second(), late, lossy]));
    expect(direct).toMatchObject({ path: 'direct', 'p50 µs': 20, 'max µs': 30 });
    expect(worker).toMatchObject({ path: 'through the worker', 'p50 µs': 120, 'max µs': 520 });
    expect(added).toMatchObject({ path: 'added', 'p50 µs': 100 });
  });

  it('is not told where no window is valid, and the load says why', () => {
    const lossy = series([second({ received: 0 })]);
    expect(toDelayRows(lossy)).toEqual([]);
    expect(toLoadRow(lossy)).toMatchObject({ note: expect.stringContaining('void') });
    expect(toLoadRow(series([second()]))).not.toHaveProperty('note');
  });
});

describe('the search for half load', () => {
  it('follows the line through two measurements', () => {
    expect(nextTalkers({ talkers: 60, share: 0.35, quietShare: 0.05 }, 0.5, 160)).toBe(90);
  });

  it('stays with the people that there are', () => {
    expect(nextTalkers({ talkers: 60, share: 0.06, quietShare: 0.05 }, 0.5, 160)).toBe(160);
    expect(nextTalkers({ talkers: 60, share: 0.9, quietShare: 0.5 }, 0.5, 160)).toBe(1);
  });
});
