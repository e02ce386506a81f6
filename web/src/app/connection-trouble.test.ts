import { expect, it } from 'vitest';
import { troubleOf } from './connection-trouble.ts';

it.each([
  ['online', 0, true, null],
  // A browser may be wrong about the network; a socket that stands is not.
  ['online', 0, false, null],
  ['connecting', 0, true, 'connecting'],
  ['reconnecting', 1, true, 'reconnecting'],
  ['connecting', 3, true, 'reconnecting'],
  ['reconnecting', 4, true, 'serverGone'],
  ['connecting', 9, true, 'serverGone'],
  ['reconnecting', 9, false, 'offline'],
] as const)('a connection that is %s after %d failures on a device online=%s is told as %s', (...row) => {
  const [status, attempt, deviceOnline, trouble] = row;
  expect(troubleOf({ status, attempt }, deviceOnline)).toBe(trouble);
});

it('is told as no more than it is while the sound of a call goes on', () => {
  expect(troubleOf({ status: 'reconnecting', attempt: 9 }, false, true)).toBe('inCall');
  expect(troubleOf({ status: 'online', attempt: 0 }, true, true)).toBeNull();
});
