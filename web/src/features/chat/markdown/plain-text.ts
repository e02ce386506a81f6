import { type Block, parseBlocks } from './blocks.ts';
import { plainInline } from './inline.ts';

const wordsOf = (block: Block): string => {
  switch (block.type) {
    case 'text':
      return plainInline(block.text);
    case 'code':
      return block.text;
    case 'quote':
      return block.blocks.map(wordsOf).join(' ');
    case 'list':
      return block.items
        .map(({ number, blocks }) =>
          [number, ...blocks.map(wordsOf)].filter((part) => part !== null).join(' '),
        )
        .join(' ');
    default:
      return block satisfies never;
  }
};

/** A message in one line, without its marks, cut after so many characters. */
export const toPlainText = (text: string, maxLength: number): string => {
  const line = parseBlocks(text).map(wordsOf).join(' ').replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length > maxLength ? `${characters.slice(0, maxLength).join('').trimEnd()}…` : line;
};
