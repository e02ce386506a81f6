import { expect, it } from 'vitest';
import { parseRoomPath } from './router.ts';

it.each([
  ['/r/general', 'general'],
  ['/r/general/', 'general'],
  ['/', null],
  ['/r/ab', null],
  ['/r/General', null],
  ['/r/a/b', null],
  [`/r/${'a'.repeat(49)}`, null],
])('the address %s names the room %s', (path, slug) => {
  expect(parseRoomPath(path)).toBe(slug);
});
