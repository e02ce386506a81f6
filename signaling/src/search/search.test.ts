import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSearchTerms } from './query.ts';
import { startMark, stopMark, toPieces } from './snippet.ts';

describe('the words that are looked for', () => {
  it('end with one that may not be whole yet', () => {
    expect(toSearchTerms(' привет ми')).toEqual({ whole: 'привет ми', head: 'привет', prefix: 'ми' });
    expect(toSearchTerms('one')).toEqual({ whole: 'one', head: '', prefix: 'one' });
  });

  it('are left as they are where the last one is part of a phrase, is not wanted, or is one of two', () => {
    for (const query of ['"two wor', 'not -this', 'this or that', 'this or', '"two words"', 'x', 'c++']) {
      expect(toSearchTerms(query).prefix).toBeNull();
    }
  });

  it('name a prefix of letters and digits alone, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (query) => {
        const { prefix } = toSearchTerms(query);
        expect(prefix === null || /^[\p{L}\p{M}\p{N}]+$/u.test(prefix)).toBe(true);
      }),
    );
  });
});

describe('a snippet', () => {
  it('comes in pieces, those that match marked', () => {
    expect(toPieces(`a ${startMark}b${stopMark} c ${startMark}d${stopMark}`)).toEqual([
      { text: 'a ', is_match: false },
      { text: 'b', is_match: true },
      { text: ' c ', is_match: false },
      { text: 'd', is_match: true },
    ]);
  });

  it('holds no mark, and all of the text, whatever that is', () => {
    const unit = fc.constantFrom('a', '<b>', ' ', startMark, stopMark, '&');
    fc.assert(
      fc.property(fc.array(unit), (parts) => {
        const headline = parts.join('');
        const text = toPieces(headline)
          .map((piece) => piece.text)
          .join('');
        expect(text).toBe(headline.replaceAll(startMark, '').replaceAll(stopMark, ''));
      }),
    );
  });
});
