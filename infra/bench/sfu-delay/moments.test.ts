import { expect, test } from 'vitest';
import { drawMoments } from './moments.ts';

test('each speaker has one moment in a period, and the moments follow each other', () => {
  const drawn = [0.5, 0.25, 0.75];
  expect(drawMoments(3, 20, () => drawn.shift() ?? 0)).toEqual([
    { index: 1, afterMs: 5 },
    { index: 0, afterMs: 10 },
    { index: 2, afterMs: 15 },
  ]);
});
