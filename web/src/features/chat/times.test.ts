import { expect, it } from 'vitest';
import { createTimes } from './times.ts';

const now = () => new Date(2026, 2, 15, 0, 30);

it('the day of a message is said in words while it is near, and as a date later', () => {
  const russian = createTimes('ru', now);
  expect(russian.day(new Date(2026, 2, 15, 0, 1))).toBe('сегодня');
  expect(russian.day(new Date(2026, 2, 14, 23, 59))).toBe('вчера');
  const english = createTimes('en', now);
  expect(english.day(new Date(2026, 2, 14, 1, 0))).toBe('yesterday');
  expect(english.day(new Date(2026, 0, 5))).toBe('Monday, January 5');
  expect(english.day(new Date(2025, 11, 31))).toBe('December 31, 2025');
});

it('the time of a message has a short form without the half of the day', () => {
  const at = new Date(2026, 2, 15, 23, 5).toISOString();
  expect(createTimes('en', now).time(at)).toMatch(/^11:05\sPM$/);
  expect(createTimes('en', now).shortTime(at)).toBe('11:05');
  expect(createTimes('ru', now).shortTime(at)).toBe('23:05');
});
