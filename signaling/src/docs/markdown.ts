/** A table of a description, its cells without the backticks of code. */
export interface MarkdownTable {
  header: string[];
  rows: string[][];
}

const cellsOf = (line: string): string[] =>
  line
    .replaceAll(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim());

const toTable = (block: string): MarkdownTable => {
  const [header = '', , ...rows] = block.split('\n');
  // The first cell of a row is a name; the rest is prose, which keeps its code.
  const toRow = (line: string) =>
    cellsOf(line).map((cell, at) => (at === 0 ? cell.replaceAll('`', '') : cell));
  return { header: cellsOf(header), rows: rows.map(toRow) };
};

/** The documents' descriptions are paragraphs and tables: what is said, and what is to be looked up. */
export interface Description {
  paragraphs: { text: string; introducesTable: boolean }[];
  tables: MarkdownTable[];
}

const isTable = (block: string | undefined): boolean => block?.startsWith('|') ?? false;

/** Takes the tables out of a description, so that they can stand elsewhere. */
export const liftTables = (text: string): Description => {
  const blocks = text.split('\n\n');
  return {
    paragraphs: blocks
      .map((block, at) => ({ text: block, introducesTable: isTable(blocks[at + 1]) }))
      .filter((paragraph) => !isTable(paragraph.text)),
    tables: blocks.filter(isTable).map(toTable),
  };
};
