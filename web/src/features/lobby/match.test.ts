import { expect, it } from 'vitest';
import { rankMatches } from './match.ts';

const find = (query: string, ...names: string[][]): string[] =>
  rankMatches(
    query,
    names.map((all) => ({ item: all[0]!, names: all })),
  );

it('gives everything in its order where nothing was typed', () => {
  expect(find('  ', ['B'], ['A'])).toEqual(['B', 'A']);
});

it('puts the whole name before its beginning, a beginning before a word, a word before a part', () => {
  const rooms = [['Redesign'], ['Web design'], ['Design review'], ['Design']];
  expect(find('design', ...rooms)).toEqual(['Design', 'Design review', 'Web design', 'Redesign']);
});

it('finds by other names too, after those that are called so', () => {
  expect(find('plan', ['Weekly', 'weekly-plan'], ['Planning', 'p'])).toEqual(['Planning', 'Weekly']);
});

it.each([
  ['еж', 'Ёжики'],
  ['ЁЖ', 'ежи'],
  ['cafe', 'Café'],
  ['diaz', 'Clara Díaz'],
  ['чай', 'Чай'.normalize('NFD')],
])('takes %s for the beginning of a word of %s', (query, name) => {
  expect(find(query, [name])).toEqual([name]);
});

it('keeps й and и apart', () => {
  expect(find('йод', ['Иод'])).toEqual([]);
});

it('leaves out what does not fit', () => {
  expect(find('xyz', ['Design'])).toEqual([]);
});
