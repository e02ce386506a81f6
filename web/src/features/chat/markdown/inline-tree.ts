/** What a line of a message is made of. Only these can come out, whatever goes in. */
export type Inline =
  | string
  | { type: 'strong' | 'em' | 's'; children: Inline[] }
  | { type: 'code'; text: string }
  /** A name that is called out, with its @. */
  | { type: 'mention'; text: string; isMe: boolean }
  | {
      type: 'link';
      href: string;
      children: Inline[];
      /** Where the link leads, if its words name another place. */
      realHost: string | null;
    };

/** The words without the marks. */
export const textOf = (nodes: readonly Inline[]): string =>
  nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      return 'text' in node ? node.text : textOf(node.children);
    })
    .join('');

/** Reads bold, italic, struck, code and links out of a text without blocks. */
export type ParseInline = (text: string) => Inline[];

/** Without one of these in it, a text has no marks. */
const mayHaveMarks = /[*_~`[@]|:\/\/|mailto:/i;

/**
 * What reads marks is as large as all else that draws a room, and comes by itself, after the words: until then, marks are
 * shown as they were written.
 */
export const readInline = (text: string, parseInline: ParseInline | null): Inline[] =>
  parseInline && mayHaveMarks.test(text) ? parseInline(text) : [text];
