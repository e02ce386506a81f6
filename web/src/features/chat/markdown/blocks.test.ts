import { describe, expect, it } from 'vitest';
import { type Block, parseBlocks } from './blocks.ts';

/** One line to a block: text as it is, quotes in `>`, code in backticks, items by their numbers. */
const outline = (blocks: readonly Block[]): unknown[] =>
  blocks.map((block) => {
    switch (block.type) {
      case 'text':
        return block.text;
      case 'code':
        return { code: block.text };
      case 'quote':
        return { quote: outline(block.blocks) };
      case 'list':
        return { list: block.items.map(({ number, blocks: own }) => [number ?? '•', ...outline(own)]) };
      default:
        return block satisfies never;
    }
  });
const read = (text: string) => outline(parseBlocks(text));

describe('a message without blocks is one text, exactly as it was written', () => {
  it.each([
    'hello',
    '  two spaces before,  two inside',
    'one\n\n\nfour',
    '*',
    '-',
    '1.',
    '>',
    '>_<',
    '> ',
    '-5 degrees',
    '---',
    '* * *',
    '- - - -',
    '# no heading',
    '| no | table |',
    '+ 1',
    '1986. A year, not a list',
    '    four spaces are no code',
    '```one line``` of code is inline',
    '**bold** start of a line',
  ])('%j', (text) => {
    expect(read(text)).toEqual([text]);
  });
});

describe('the blocks of a message', () => {
  it.each<[string, string, unknown[]]>([
    [
      'code keeps its spaces and marks',
      'see\n```ts\n  a *b*\n\n> c\n```\nso',
      ['see', { code: '  a *b*\n\n> c' }, 'so'],
    ],
    [
      'code that begins beside its fence loses nothing',
      '```const a = 1;\nb\n```',
      [{ code: 'const a = 1;\nb' }],
    ],
    ['a language is no code', '```c++\na\n```', [{ code: 'a' }]],
    ['code may end at the end of its last line', '```\na\nb```', [{ code: 'a\nb' }]],
    ['code that is not ended goes on to the end', '```\na\n> b', [{ code: 'a\n> b' }]],
    ['a longer fence holds a shorter one', '````\n```\na\n```\n````', [{ code: '```\na\n```' }]],
    ['a quote ends with its last marked line', '> a\n> b\nc', [{ quote: ['a\nb'] }, 'c']],
    ['quotes stand inside quotes', '> a\n>> b', [{ quote: ['a', { quote: ['b'] }] }]],
    [
      'a list is bulleted',
      'buy:\n- milk\n- bread\nthanks',
      [
        'buy:',
        {
          list: [
            ['•', 'milk'],
            ['•', 'bread'],
          ],
        },
        'thanks',
      ],
    ],
    [
      'numbers stay as they were written',
      '3. yes\n5) no',
      [
        {
          list: [
            [3, 'yes'],
            [5, 'no'],
          ],
        },
      ],
    ],
    [
      'items hold lists',
      '- a\n  - b\n- c',
      [
        {
          list: [
            ['•', 'a', { list: [['•', 'b']] }],
            ['•', 'c'],
          ],
        },
      ],
    ],
    [
      'items hold more lines, after a blank one too',
      '1. a\n\n   b\n2. c',
      [
        {
          list: [
            [1, 'a\n\nb'],
            [2, 'c'],
          ],
        },
      ],
    ],
    ['bullets and numbers are two lists', '- a\n1. b', [{ list: [['•', 'a']] }, { list: [[1, 'b']] }]],
    ['blank lines beside a block are its margin', 'a\n\n> b\n\n\nc', ['a', { quote: ['b'] }, 'c']],
    ['line ends of Windows are line ends', '> a\r\nb', [{ quote: ['a'] }, 'b']],
  ])('%s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('stand inside each other six deep, and are text from there on', () => {
    const depthOf = (blocks: readonly Block[]): number =>
      Math.max(
        0,
        ...blocks.map((block) => {
          if (block.type === 'quote') return 1 + depthOf(block.blocks);
          return block.type === 'list' ? 1 + Math.max(...block.items.map((item) => depthOf(item.blocks))) : 0;
        }),
      );
    expect(depthOf(parseBlocks('> '.repeat(500)))).toBeLessThanOrEqual(6);
    expect(depthOf(parseBlocks(`${'> '.repeat(500)}a`))).toBe(6);
    expect(depthOf(parseBlocks(`${'- '.repeat(500)}a`))).toBe(6);
    expect(JSON.stringify(read(`${'> '.repeat(7)}a`))).toContain('> a');
  });
});
