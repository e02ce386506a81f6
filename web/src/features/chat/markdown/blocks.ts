/** What a message is made of, block by block; its `text` is still unread inline markup. */
export type Block =
  | { type: 'text'; text: string }
  /** The language is as it was written, and null where none was. */
  | { type: 'code'; text: string; language: string | null }
  | { type: 'quote'; blocks: Block[] }
  | { type: 'list'; items: ListItem[] };

export interface ListItem {
  /** As it was written; null in a bulleted list. */
  number: number | null;
  blocks: Block[];
}

interface Taken {
  block: Block;
  /** The first line after the block. */
  next: number;
}

type Rule = (lines: readonly string[], start: number, depth: number) => Taken | null;

/** Quotes and lists inside each other; what is deeper stays as it was written. */
const maxDepth = 6;

const fenceOpening = /^ {0,3}(`{3,}|~{3,})([^`]*)$/;
const quoteLine = /^ {0,3}>(?: (?=.*\S)|(?=>+ +\S))/;
const emptyQuoteLine = /^ {0,3}> *$/;
const itemMarker = /^( {0,3})(?:([-*])|(\d{1,3})[.)]) +(?=\S)/;
/** A line of marks alone is drawn by whoever wrote it, and is no list. */
const dividerLine = /^[ \t]*([-*_])(?:[ \t]*\1)+[ \t]*$/;

const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

const indentOf = (line: string): number => (line.startsWith('\t') ? 4 : line.search(/[^ ]|$/));

const dedent = (line: string, columns: number): string =>
  line.startsWith('\t') ? line.slice(1) : line.slice(Math.min(columns, indentOf(line)));

const languageName = /^[\p{L}\p{N}+#._-]{1,20}$/u;

/** What stands behind the fence: the language, or else the first line of the code, which people begin there as well. */
const readInfo = (info: string): { language: string | null; firstLines: string[] } => {
  const word = info.trim();
  if (languageName.test(word)) return { language: word, firstLines: [] };
  return { language: null, firstLines: word === '' ? [] : [info] };
};

/** Code may end at the end of its last line as well as on a line of its own: people write both. */
const takeCode: Rule = (lines, start) => {
  const [, fence, info = ''] = fenceOpening.exec(lines[start] ?? '') ?? [];
  if (!fence) return null;
  const { language, firstLines: content } = readInfo(info);
  for (let index = start + 1; index < lines.length; index += 1) {
    const line = (lines[index] ?? '').trimEnd();
    if (line.endsWith(fence)) {
      const rest = line.slice(0, -fence.length);
      if (!isBlank(rest)) content.push(rest);
      return { block: { type: 'code', language, text: content.join('\n') }, next: index + 1 };
    }
    content.push(lines[index] ?? '');
  }
  return { block: { type: 'code', language, text: content.join('\n') }, next: lines.length };
};

/** A quote ends with its last marked line: what follows is the answer to it. */
const takeQuote: Rule = (lines, start, depth) => {
  if (depth >= maxDepth || !quoteLine.test(lines[start] ?? '')) return null;
  const content: string[] = [];
  let next = start;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? '';
    if (quoteLine.test(line)) content.push(line.replace(quoteLine, ''));
    else if (emptyQuoteLine.test(line)) content.push('');
    else break;
  }
  return { block: { type: 'quote', blocks: parseLines(content, depth + 1) }, next };
};

interface Marker {
  kind: 'bulleted' | 'numbered';
  number: number | null;
  width: number;
}

const markerOf = (line: string): Marker | null => {
  const match = dividerLine.test(line) ? null : itemMarker.exec(line);
  if (!match) return null;
  const number = match[3] === undefined ? null : Number(match[3]);
  return { kind: number === null ? 'bulleted' : 'numbered', number, width: match[0].length };
};

interface OpenItem {
  number: number | null;
  width: number;
  lines: string[];
}

/** Indented lines belong to the item above them; any other line ends the list. */
const takeList: Rule = (lines, start, depth) => {
  const first = depth < maxDepth ? markerOf(lines[start] ?? '') : null;
  if (!first) return null;
  const base = indentOf(lines[start] ?? '');
  const items: OpenItem[] = [];
  let blanks = 0;
  let next = start;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const item = items.at(-1);
    const marker = indentOf(line) - base < 2 ? markerOf(line) : null;
    if (isBlank(line)) {
      blanks += 1;
      continue;
    }
    if (marker?.kind === first.kind) {
      items.push({ ...marker, lines: [line.slice(marker.width)] });
    } else if (item && indentOf(line) - base >= 2) {
      item.lines.push(...Array<string>(blanks).fill(''), dedent(line, item.width));
    } else break;
    blanks = 0;
    next = index + 1;
  }
  const block: Block = {
    type: 'list',
    items: items.map(({ number, lines: own }) => ({ number, blocks: parseLines(own, depth + 1) })),
  };
  return { block, next };
};

const rules: readonly Rule[] = [takeCode, takeQuote, takeList];

const takeBlock: Rule = (lines, start, depth) => {
  for (const rule of rules) {
    const taken = rule(lines, start, depth);
    if (taken) return taken;
  }
  return null;
};

/** Blank lines next to another block are its margin; all others stand as they were written. */
const toText = (lines: readonly string[], edges: { start: boolean; end: boolean }): Block[] => {
  let from = 0;
  let to = lines.length;
  if (!edges.start) while (from < to && isBlank(lines[from])) from += 1;
  if (!edges.end) while (to > from && isBlank(lines[to - 1])) to -= 1;
  const text = lines.slice(from, to).join('\n');
  return text === '' ? [] : [{ type: 'text', text }];
};

const parseLines = (lines: readonly string[], depth: number): Block[] => {
  const blocks: Block[] = [];
  let textFrom = 0;
  let index = 0;
  while (index < lines.length) {
    const taken = takeBlock(lines, index, depth);
    if (taken) {
      blocks.push(
        ...toText(lines.slice(textFrom, index), { start: textFrom === 0, end: false }),
        taken.block,
      );
      textFrom = taken.next;
    }
    index = taken ? taken.next : index + 1;
  }
  return [...blocks, ...toText(lines.slice(textFrom), { start: textFrom === 0, end: true })];
};

/**
 * Splits a message into text, code, quotes and lists, in time linear in its length. CommonMark's own blocks are made for
 * documents: they let a reply run on into the quote above it, count numbers anew and drop spaces, and a lone `*` vanishes.
 */
export const parseBlocks = (text: string): Block[] => parseLines(text.split(/\r\n?|\n/), 0);
