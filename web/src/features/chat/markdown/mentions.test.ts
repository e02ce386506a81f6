import { describe, expect, it } from 'vitest';
import { markMentions } from './mentions.ts';

const anna = { name: 'Anna', isMe: false };
const annaBerg = { name: 'Anna Berg', isMe: true };
const mention = (text: string, isMe: boolean) => ({ type: 'mention' as const, text, isMe });

describe('a mention in a text', () => {
  it('is the name after an @, and the rest stays text', () => {
    expect(markMentions(['hi @Anna, look'], [anna])).toEqual(['hi ', mention('@Anna', false), ', look']);
  });

  it('is the longer name where one begins with another', () => {
    expect(markMentions(['@Anna Berg'], [anna, annaBerg])).toEqual([mention('@Anna Berg', true)]);
  });

  it('is none inside a word, of a longer word, or of somebody who was not named', () => {
    for (const text of ['mail@Anna', '@Annabel', '@Анна', '@', 'Anna']) {
      expect(markMentions([text], [anna])).toEqual([text]);
    }
  });

  it('is found in what is bold, and not in code or in a link', () => {
    const code = { type: 'code' as const, text: '@Anna' };
    const link = { type: 'link' as const, href: 'https://x.org', children: ['@Anna'], realHost: null };
    const bold = { type: 'strong' as const, children: ['@Anna'] };
    expect(markMentions([code, link, bold], [anna])).toEqual([
      code,
      link,
      { type: 'strong', children: [mention('@Anna', false)] },
    ]);
  });
});
