import { describe, expect, it } from 'vitest';
import { toComparison } from './comparison.ts';
import type { Start } from './starts.ts';

const figures = (start: Start, roundTripMs: number, values: number[]) =>
  values.map((firstSoundMs) => ({ start, roundTripMs, firstSoundMs }));

describe('the comparison with one request after another', () => {
  it('sets medians of the same round trip side by side', () => {
    const samples = [
      ...figures('warm', 100, [480, 500, 900]),
      ...figures('sequential', 100, [1_100, 1_250, 1_200]),
      ...figures('cold', 100, [2_000]),
      ...figures('warm', 0, [150]),
      ...figures('sequential', 0, [250]),
    ];
    const rows = toComparison(samples).map((row) => [
      row['round trip ms'],
      row['median ms'],
      row.ratio,
      row.kept,
    ]);
    expect(rows).toEqual([
      [0, 150, '0.600', 'no'],
      [100, 500, '0.417', 'yes'],
    ]);
  });

  it('keeps the limit at exactly the limit, and not a little above it', () => {
    const keptAt = (warmMs: number) =>
      toComparison([...figures('warm', 50, [warmMs]), ...figures('sequential', 50, [1_000])])[0]?.kept;
    expect(keptAt(500)).toBe('yes');
    expect(keptAt(501)).toBe('no');
  });

  it('is not kept by what was not measured', () => {
    expect(toComparison(figures('warm', 50, [500]))[0]?.kept).toBe('no');
  });
});
