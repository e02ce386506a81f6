import { expect, it } from 'vitest';
import { withProduct } from './places.ts';
import { measureSitting } from './sitting.ts';

/** Round trips that a join may take, the longest chain on the wire (docs/adr/0008-joining-and-coming-back.md). */
const most = { cold: 5, warm: 4, prepared: 1 };

it('joins in no more round trips than were promised: cold, warm and prepared', async () => {
  const { samples } = await withProduct((place) =>
    measureSitting(place, { client: 'product', joins: ['cold', 'warm', 'prepared'] }, 100),
  );
  const trips = Object.fromEntries(samples.map(({ start, trips: count }) => [start, count]));
  console.log(`round trips: ${JSON.stringify(trips)}`);
  for (const [start, limit] of Object.entries(most)) expect(trips[start], start).toBeLessThanOrEqual(limit);
  expect(Object.keys(trips)).toEqual(Object.keys(most));
}, 120_000);
