import { describe, expect, it } from 'vitest';
import { coreOf, parseCores } from './cores.ts';

describe('the cores of the benchmark', () => {
  it('are read from a list of single ones and ranges', () => {
    expect(parseCores('0-2,5')).toEqual([0, 1, 2, 5]);
    expect(parseCores('3')).toEqual([3]);
  });

  it('leave the last to the worker, and one without load to those who take the time', () => {
    const four = [0, 1, 2, 3];
    expect([coreOf('worker', four), coreOf('probe', four), coreOf('load', four)]).toEqual([3, 2, 0]);
    const two = [0, 1];
    expect([coreOf('worker', two), coreOf('probe', two), coreOf('load', two)]).toEqual([1, 0, 0]);
  });

  it('are two at least', () => {
    expect(() => coreOf('load', [0])).toThrow('two cores');
  });
});
