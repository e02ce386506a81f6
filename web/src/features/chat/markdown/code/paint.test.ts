import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Grammar, grammarOf } from './languages.ts';
import { paint } from './paint.ts';

const grammars =
  'bash c cpp csharp css diff dockerfile go ini java javascript json kotlin php python ruby rust sql swift typescript xml yaml'.split(
    ' ',
  ) as Grammar[];

const joined = (grammar: Grammar, text: string): string | undefined =>
  paint({ grammar, text })
    ?.map(([part]) => part)
    .join('');

describe('code that is read for its colours', () => {
  it('is known by what people write behind a fence', () => {
    const named = ['TS', 'ts', 'c++', 'C#', 'sh', 'html', 'yml', 'toml', 'constructor', '', null];
    expect(named.map(grammarOf)).toEqual([
      ...['typescript', 'typescript', 'cpp', 'csharp', 'bash', 'xml', 'yaml', 'ini', null, null, null],
    ]);
  });

  it('has its words, texts and numbers told apart', () => {
    expect(paint({ grammar: 'typescript', text: 'const a = "b"; // c' })).toEqual([
      ['const', 'keyword'],
      [' a = ', null],
      ['"b"', 'string'],
      ['; ', null],
      ['// c', 'comment'],
    ]);
    expect(paint({ grammar: 'diff', text: '+a\n-b' })).toEqual([
      ['+a', 'added'],
      ['\n', null],
      ['-b', 'removed'],
    ]);
  });

  it.each(grammars)('keeps every letter of it, in %s', (grammar) => {
    const hostile = [
      '</code><img src=x onerror="alert(1)">&lt;&amp;\u0000\u202e',
      '<script>alert(1)</script><style>*{}</style>',
      '"\'`${"${`',
      'a\r\n\tb  \n\n',
    ];
    for (const text of hostile) expect(joined(grammar, text)).toBe(text);
    const anything = fc.string({ unit: 'binary', maxLength: 200 });
    fc.assert(
      fc.property(anything, (text) => joined(grammar, text) === text),
      { numRuns: 30 },
    );
  });
});
