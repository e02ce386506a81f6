import { expect, it } from 'vitest';
import { noFilters, toSearchInput } from './filters.ts';

const of = (change: Partial<typeof noFilters>) => toSearchInput({ ...noFilters, ...change }, 'general');

it('nothing is asked while nothing is entered, wherever it would be looked for', () => {
  expect(of({})).toBeNull();
  expect(of({ words: '  ', isEverywhere: true })).toBeNull();
  expect(of({ since: '2026-02-' })).toBeNull();
});

it('words, a person and a content are asked for, here or everywhere', () => {
  const from = { userId: 'anna', userName: 'Anna' };
  expect(of({ words: ' build ', from, has: 'file' })).toEqual({
    ...{ query: 'build', userId: 'anna', has: 'file', roomSlug: 'general' },
  });
  expect(of({ has: 'link', isEverywhere: true })).toEqual({ has: 'link' });
});

it('days are those of the calendar here, the last one whole', () => {
  const asked = of({ since: '2026-02-27', until: '2026-02-28' });
  expect(asked?.sentFrom).toEqual(new Date(2026, 1, 27));
  expect(asked?.sentBefore).toEqual(new Date(2026, 2, 1));
});
