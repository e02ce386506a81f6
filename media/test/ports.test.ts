import { expect, it } from 'vitest';
import { findFreePorts } from './ports.ts';

it('ports that one worker of a run is given are given to no other, nor twice', async () => {
  const poolId = Number(process.env.VITEST_POOL_ID);
  expect(poolId).toBeGreaterThan(0);
  const given: number[] = [];
  for (let n = 0; n < 40; n += 1) {
    const first = await findFreePorts(2);
    given.push(first, first + 1);
  }
  expect(new Set(given).size).toBe(given.length);
  const shares = new Set(given.map((port) => Math.floor((port - 12_000) / 2_500)));
  expect([...shares]).toEqual([poolId % 8]);
});
