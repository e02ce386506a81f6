/** What a piece of code is, as far as its colour goes. */
const kinds = ['comment', 'keyword', 'string', 'number', 'name', 'type', 'meta', 'added', 'removed'] as const;
export type Kind = (typeof kinds)[number];

/** Text, and what it is; null of what has no colour. Pieces of one text in a row are that text. */
export type Piece = readonly [text: string, kind: Kind | null];

/** By the names that grammars give, highlight.js's scopes; a name within a name, such as `title.function`, is its first. */
const kindOfScope: Readonly<Record<string, Kind>> = {
  comment: 'comment',
  quote: 'comment',
  doctag: 'comment',
  keyword: 'keyword',
  literal: 'keyword',
  operator: 'keyword',
  'selector-tag': 'keyword',
  name: 'keyword',
  section: 'keyword',
  string: 'string',
  regexp: 'string',
  link: 'string',
  char: 'string',
  'template-tag': 'string',
  number: 'number',
  symbol: 'number',
  bullet: 'number',
  variable: 'number',
  'template-variable': 'number',
  title: 'name',
  'selector-id': 'name',
  'selector-class': 'name',
  attr: 'type',
  attribute: 'type',
  property: 'type',
  type: 'type',
  built_in: 'type',
  'selector-attr': 'type',
  'selector-pseudo': 'type',
  meta: 'meta',
  addition: 'added',
  deletion: 'removed',
};

/** As much of a tree of highlighted code as is read here. */
export interface CodeNode {
  type: string;
  value?: string;
  properties?: { className?: unknown };
  children?: readonly CodeNode[];
}

const prefix = 'hljs-';

const kindOf = ({ properties }: CodeNode): Kind | undefined => {
  const names: unknown = properties?.className;
  const [name] = Array.isArray(names) ? names.filter((one): one is string => typeof one === 'string') : [];
  return name?.startsWith(prefix) ? kindOfScope[name.slice(prefix.length)] : undefined;
};

/** A tree as the pieces that it is drawn as; what stands inside of something with a colour keeps it unless it has its own. */
export const toPieces = (nodes: readonly CodeNode[], around: Kind | null = null): Piece[] =>
  nodes.flatMap((node): Piece[] => {
    if (node.type === 'text') return node.value ? [[node.value, around]] : [];
    return toPieces(node.children ?? [], kindOf(node) ?? around);
  });

const isPiece = (value: unknown): value is Piece =>
  Array.isArray(value) &&
  typeof value[0] === 'string' &&
  (value[1] === null || kinds.includes(value[1] as Kind));

/** Null of anything that is not this text to the letter: colours never change what was written. */
export const readPieces = (value: unknown, text: string): Piece[] | null =>
  Array.isArray(value) && value.every(isPiece) && value.map(([part]) => part).join('') === text
    ? value
    : null;
