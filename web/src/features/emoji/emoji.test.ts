import { beforeAll, describe, expect, it } from 'vitest';
import { createMapMemory } from '../../../test/map-memory.ts';
import { createEmojiChoice } from './emoji-choice.ts';
import { findEmoji, loadEmojiNames, type NamedEmoji } from './emoji-names.ts';
import { gridStep } from './grid-step.ts';
import { skinTones, withSkinTone } from './skin-tone.ts';

let en: NamedEmoji[];
let ru: NamedEmoji[];
beforeAll(async () => {
  [en, ru] = await Promise.all([loadEmojiNames('en'), loadEmojiNames('ru')]);
});

const found = (all: readonly NamedEmoji[], query: string) =>
  findEmoji(all, query, 8).map(({ emoji }) => emoji);

describe('an emoji', () => {
  it('is found by the beginnings of words, in either language', () => {
    expect(found(en, 'thumbs up')[0]).toBe('👍');
    expect(found(en, 'tada')[0]).toBe('🎉');
    expect(found(ru, 'рукопож')[0]).toBe('🤝');
    expect(found(ru, 'ёлка')).toContain('🎄');
    expect(found(ru, 'tada')[0]).toBe('🎉');
    expect(found(en, 'no such thing at all')).toEqual([]);
  });

  it('is one that the server takes, in both languages alike and with every tone', () => {
    expect(en.map(({ emoji }) => emoji)).toEqual(ru.map(({ emoji }) => emoji));
    expect(en.length).toBeGreaterThan(1800);
    const tones = en.flatMap(({ emoji, hasTones }) =>
      (hasTones ? skinTones : ([0] as const)).map((tone) => withSkinTone(emoji, tone)),
    );
    expect(tones.filter((emoji) => !/^\p{RGI_Emoji}$/v.test(emoji))).toEqual([]);
  });

  it('takes a tone of skin where it has people, and as many times', () => {
    expect(withSkinTone('👍', 5)).toBe('👍🏿');
    expect(withSkinTone('🕵️‍♀️', 3)).toBe('🕵🏽‍♀️');
    expect(withSkinTone('🎉', 3)).toBe('🎉');
    expect(withSkinTone('👍', 0)).toBe('👍');
  });
});

describe('what somebody likes', () => {
  it('is remembered, the last one first, and never what is no emoji', () => {
    const memory = createMapMemory([['boltorezka.emoji.recent', '🎄 <script> 12 🎉 👩🏽‍🚀 🏴󠁧󠁢󠁳󠁣󠁴󠁿 1️⃣ 🇷🇺']]);
    const choice = createEmojiChoice(memory);
    expect(choice.recent.get().slice(0, 7)).toEqual(['🎄', '🎉', '👩🏽‍🚀', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '1️⃣', '🇷🇺', '👍']);
    choice.noteUse('👀');
    choice.chooseTone(4);
    expect(createEmojiChoice(memory).recent.get().slice(0, 2)).toEqual(['👀', '🎄']);
    expect(createEmojiChoice(memory).tone.get()).toBe(4);
  });
});

describe('the arrows in a grid', () => {
  // Three in the first line, which is short; then four and two.
  const rows = [
    { from: 0, count: 3 },
    { from: 3, count: 4 },
    { from: 7, count: 2 },
  ];
  const step = (key: string, at: number) => gridStep(key, at, rows);

  it('lead along lines and columns, and stay within', () => {
    expect([step('ArrowRight', 2), step('ArrowLeft', 3)]).toEqual([3, 2]);
    expect([step('ArrowDown', 1), step('ArrowUp', 4), step('ArrowUp', 6)]).toEqual([4, 1, 2]);
    expect([step('ArrowLeft', 0), step('ArrowRight', 8), step('ArrowDown', 6), step('ArrowDown', 8)]).toEqual(
      [0, 8, 8, 8],
    );
    expect([step('Home', 5), step('End', 4)]).toEqual([3, 6]);
  });

  it('lead out at the top, and other keys nowhere', () => {
    expect(step('ArrowUp', 2)).toBe(-1);
    expect(step('a', 2)).toBeNull();
    expect(gridStep('ArrowUp', 0, [])).toBeNull();
  });
});
