import { type Block, parseBlocks } from './blocks.ts';
import { type ParseInline, readInline, textOf } from './inline-tree.ts';

const wordsOf = (block: Block, parseInline: ParseInline | null): string => {
  const toWords = (inner: Block): string => wordsOf(inner, parseInline);
  switch (block.type) {
    case 'text':
      return textOf(readInline(block.text, parseInline));
    case 'code':
      return block.text;
    case 'quote':
      return block.blocks.map(toWords).join(' ');
    case 'list':
      return block.items
        .map(({ number, blocks }) =>
          [number, ...blocks.map(toWords)].filter((part) => part !== null).join(' '),
        )
        .join(' ');
    default:
      return block satisfies never;
  }
};

/** A message in one line, without its marks, cut after so many characters. */
export const toPlainText = (text: string, maxLength: number, parseInline: ParseInline | null): string => {
  const line = parseBlocks(text)
    .map((block) => wordsOf(block, parseInline))
    .join(' ')
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...line];
  return characters.length > maxLength ? `${characters.slice(0, maxLength).join('').trimEnd()}…` : line;
};
