import { expect, test } from 'vitest';
import { selectBenches } from './catalogue.ts';

const known = ['one', 'two', 'three'];

test('no argument selects no benchmark', () => {
  expect(selectBenches([], known)).toEqual([]);
});

test('named benchmarks run in the order of the arguments, each once', () => {
  expect(selectBenches(['three', 'one', 'three'], known)).toEqual(['three', 'one']);
});

test('"all" stands for every benchmark, also beside a name', () => {
  expect(selectBenches(['all'], known)).toEqual(known);
  expect(selectBenches(['two', 'all'], known)).toEqual(['two', 'one', 'three']);
});

test('an unknown name is refused with the names that there are', () => {
  expect(() => selectBenches(['one', 'four', 'constructor'], known)).toThrow(
    'no benchmark is called four, constructor; there are one, two, three, and all',
  );
});
