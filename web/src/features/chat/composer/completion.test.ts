import { describe, expect, it } from 'vitest';
import { complete, findTrigger, insert, isChoice, isDismissed } from './completion.ts';
import { mentionsIn, whoMayBeMeant } from './mentions-in.ts';

const at = (text: string) => findTrigger(text, text.length);

describe('what is completed', () => {
  it('is a name after an @ that begins a word, with its spaces', () => {
    expect(at('@')).toEqual({ kind: 'mention', start: 0, query: '' });
    expect(at('hi @An')).toEqual({ kind: 'mention', start: 3, query: 'An' });
    expect(at('(@Anna Be')).toMatchObject({ kind: 'mention', query: 'Anna Be' });
    expect(at('привет, @Бо')).toMatchObject({ kind: 'mention', query: 'Бо' });
    expect(at('anna@exam')).toBeNull();
    expect(at('@Anna\n')).toBeNull();
  });

  it('is an emoji after a colon and two letters', () => {
    expect(at('nice :ta')).toEqual({ kind: 'emoji', start: 5, query: 'ta' });
    expect(at(':ёл')).toMatchObject({ kind: 'emoji', query: 'ёл' });
    expect(at(':t')).toBeNull();
    expect(at('at 10:30')).toBeNull();
    expect(at('http://ex')).toBeNull();
  });

  it('is looked for where the caret is', () => {
    expect(findTrigger('@An and more', 3)).toMatchObject({ query: 'An' });
    expect(findTrigger('@An and more', 0)).toBeNull();
  });

  it('takes the place of what was typed', () => {
    expect(complete({ text: 'hi @An', caret: 6 }, { start: 3 }, '@Anna')).toEqual({
      text: 'hi @Anna ',
      caret: 9,
    });
    expect(complete({ text: 'hi @An there', caret: 6 }, { start: 3 }, '@Anna')).toEqual({
      text: 'hi @Anna there',
      caret: 9,
    });
    expect(insert('ab', { start: 1, end: 2 }, '🎉')).toEqual({ text: 'a🎉', caret: 3 });
  });
});

describe('a list that was put away', () => {
  const isOpenFor = (text: string, dismissal: { start: number; query: string }): boolean => {
    const trigger = at(text);
    return trigger !== null && !isDismissed(trigger, dismissal);
  };

  it('by a choice, stays away behind what was chosen, and is there again for another word or the same one anew', () => {
    const anna = { start: 0, query: 'Anna' };
    expect(isOpenFor('@Anna ', anna)).toBe(false);
    expect(isOpenFor('@Anna Be', anna)).toBe(false);
    expect(isOpenFor('@An', anna)).toBe(true);
    expect(isOpenFor('@Anna @Bo', anna)).toBe(true);
  });

  it('by Escape, stays away for the whole word', () => {
    expect(isOpenFor('@An', { start: 0, query: '' })).toBe(false);
    expect(isOpenFor('hi @An', { start: 0, query: '' })).toBe(true);
  });
});

describe('whom a text calls out', () => {
  const anna = { userId: '1', userName: 'Anna' };
  const berg = { userId: '2', userName: 'Anna Berg' };

  it('is who is named in full, each once', () => {
    expect(mentionsIn('@Anna Berg and @Anna and @Anna', [anna, berg]).mentions).toEqual([anna, berg]);
    expect(mentionsIn('@Anna Berg', [anna, berg])).toEqual({ mentions: [berg], everyone: false });
    expect(mentionsIn('@Annabel', [anna]).mentions).toEqual([]);
  });

  it('is the one who was chosen, of two with one name', () => {
    expect(mentionsIn('@Anna', [{ ...anna, userId: '9' }, anna]).mentions).toEqual([
      { ...anna, userId: '9' },
    ]);
  });

  it('of a message that is edited is still whom it named, wherever they are by now', () => {
    const meant = whoMayBeMeant({ chosen: [], named: [berg], people: [{ ...berg, userId: '9' }, anna] });
    expect(mentionsIn('@Anna Berg and @Anna', meant).mentions).toEqual([berg, anna]);
  });

  it('is everybody, in either language', () => {
    expect(mentionsIn('@everyone', []).everyone).toBe(true);
    expect(mentionsIn('слушайте, @все!', []).everyone).toBe(true);
    expect(mentionsIn('@всем', []).everyone).toBe(false);
  });
});

it('a candidate is chosen by Enter and Tab, and not by who goes back or begins a new line', () => {
  const chosen = (shiftKey: boolean) => ['Enter', 'Tab', 'a'].filter((key) => isChoice({ key, shiftKey }));
  expect([chosen(false), chosen(true)]).toEqual([['Enter', 'Tab'], []]);
});
