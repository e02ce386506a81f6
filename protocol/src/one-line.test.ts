import { describe, expect, it } from 'vitest';
import { CreateRoomBody, toOneLine, UpdateRoomBody, UserName } from './index.ts';

describe('a name in one line', () => {
  it.each([
    'Анна-Мария Ёлкина',
    'Zoë O’Brien, Jr. (she)',
    '山田太郎',
    '葛\u{E0100}城',
    'علی\u200Cرضا می\u200Cنویسد',
    'क्\u200Dष क्\u200Cष',
    '👩\u200D👩\u200D👧 👩🏽\u200D🚀 🏳\uFE0F\u200D🌈 ❤\uFE0F ☺\uFE0E 1\uFE0F\u20E3 🇷🇺',
    '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}',
    'D̈ x̌',
  ])('keeps what is seen: %s', (name) => expect(toOneLine(name)).toBe(name));

  it.each([
    ['\u200B, \u2060, \uFEFF and \u00AD in words', 'An\u200Bn\u2060a\uFEFF\u00AD', 'Anna'],
    ['what turns the direction', '\u202EAnna\u202C \u2066B\u2069', 'Anna B'],
    ['lines and tabs', ' A\r\nB\tC\u2028D\u2029E\u0085 ', 'A B C D E'],
    ['runs of blanks, also around what is not seen', 'A\u00A0\u3000 B \u200B C', 'A B C'],
    ['other controls', 'A\u0007\u001B[31mnna\u009F', 'A[31mnna'],
    ['letters that are blank', 'Anna\u3164\u115F\uFFA0\u2800\u034F', 'Anna'],
    ['joiners that join nothing', '\u200DAn\u200Cn\u200Da 😀\u200D', 'Anna 😀'],
    ['joiners that change nothing', 'د\u200Cن ن\u200C ک\u200C\u200Cت', 'دن ن ک\u200Cت'],
    [
      'a choice of form where there is none',
      'Anna\uFE0F 1\uFE0F 👍\uFE0F ❤\uFE0F\uFE0F',
      'Anna 1 👍 ❤\uFE0F',
    ],
    ['tags on no flag', 'Anna\u{E0041}\u{E0001} 🏴\u{E0067}\u{E0062}\u{E007F}', 'Anna 🏴'],
    ['private characters', 'An\uE000na\u{F0000}', 'Anna'],
    ['letters in several parts', 'Anna\u0301', 'Anná'],
  ])('loses %s', (_what, given, name) => expect(toOneLine(given)).toBe(name));

  it('stays as it is when it is given again', () => {
    for (const given of ['A \u200B B', 'ক্\u200D\u200D', '\u200D❤\uFE0F\u200D\u200D🔥', 'a\u200B\u0301'])
      expect(toOneLine(toOneLine(given))).toBe(toOneLine(given));
  });
});

describe('names of people, rooms and groups of rooms', () => {
  it.each([
    '\u200B\u200B',
    'A\u200B',
    '\u2800\u2800\u2800',
    '\u3164\u3164',
    '\u0301\u0301',
    'A\n',
    '\u202E\u202D',
  ])('are seen: %j is none of a person', (name) => {
    const { success, error } = UserName.safeParse(name);
    expect(success).toBe(false);
    expect(error?.issues.map(({ message }) => message)).toEqual(['At least 2 visible characters']);
  });

  it('are as long as they may be in the end', () => {
    expect(UserName.parse(`${'x'.repeat(119)}\u200B`)).toBe('x'.repeat(119));
    expect(UserName.safeParse('\u0958'.repeat(61)).success).toBe(false);
  });

  it('of rooms keep the same shape', () => {
    const given = {
      title: 'Late\u202E\nshift',
      topic: 'First\n\n second\u200B',
      category: ' Team\u00AD  A ',
    };
    const seen = { title: 'Late shift', topic: 'First second', category: 'Team A' };
    expect(CreateRoomBody.parse({ slug: 'abc', ...given })).toMatchObject(seen);
    expect(UpdateRoomBody.parse(given)).toEqual(seen);
    for (const wrong of [{ title: 'ab\u200B' }, { category: '\u200B' }])
      expect(UpdateRoomBody.safeParse(wrong).success).toBe(false);
    expect(UpdateRoomBody.parse({ topic: '\u200B' })).toEqual({ topic: '' });
  });
});
