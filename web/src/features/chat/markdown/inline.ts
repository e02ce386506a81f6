import Markdown, { type MarkdownIt, type StateInline, type Token } from 'markdown-it';
import { type Inline, textOf } from './inline-tree.ts';

/** Marks inside each other; what is deeper stays as it was written. */
const maxDepth = 8;

const allowedLink = /^(?:https?:\/\/|mailto:)[^\s]/i;
const word = /[\p{L}\p{N}]/u;
const escapable = /[\\`*_~[\]]/;
const hostLike = /(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/u;
/** Characters that are not seen but change what is seen around them. */
const unseen = /[\p{C}\p{Z}]/u;

const hostOf = (href: string): string => {
  try {
    return new URL(href).host;
  } catch {
    return '';
  }
};

/** A backslash keeps a mark from being one, and stays: in chats it is a path or a drawing more often than an escape. */
const keepBackslash = (state: StateInline, silent: boolean): boolean => {
  if (state.src[state.pos] !== '\\' || !escapable.test(state.src[state.pos + 1] ?? '')) return false;
  if (!silent) state.pending += state.src.slice(state.pos, state.pos + 2);
  state.pos += 2;
  return true;
};

/** How many characters from here on are no mark, though they look like one. */
const plainLength = (src: string, pos: number): number => {
  const own = src[pos];
  const before = src[pos - 1] ?? '';
  // Arithmetic: 2*3*4.
  if (own === '*') return word.test(before) && word.test(src[pos + 1] ?? '') ? 1 : 0;
  // The beginning of a picture, of which there are none here.
  if (own === '[') return before === '!' ? 1 : 0;
  // Names in code: __init__. Two stars are what makes bold.
  return own === '_' && src[pos + 1] === '_' ? (/^_+/.exec(src.slice(pos))?.[0].length ?? 0) : 0;
};

const keepPlain = (state: StateInline, silent: boolean): boolean => {
  const length = plainLength(state.src, state.pos);
  if (length === 0) return false;
  if (!silent) state.pending += state.src.slice(state.pos, state.pos + length);
  state.pos += length;
  return true;
};

/**
 * An address is shown as it was written, unless it could be taken for another: letters of other scripts in the name of
 * the host, or characters that are not seen. Then it is shown as the browser will open it.
 */
const createReadableUrl = (md: MarkdownIt) => {
  const normalize = md.normalizeLink.bind(md);
  return (url: string): string => {
    const authority = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? url;
    const isPlain = /^[\x21-\x7e]*$/.test(authority) && !unseen.test(url);
    return isPlain ? url : normalize(url);
  };
};

const createMarkdown = (): MarkdownIt => {
  const md = new Markdown('zero', { html: false, linkify: true, breaks: true, maxNesting: 20 });
  md.enable(['linkify', 'backticks', 'strikethrough', 'emphasis', 'link']);
  md.inline.ruler.before('backticks', 'keep_backslash', keepBackslash);
  md.inline.ruler.before('backticks', 'keep_plain', keepPlain);
  // Names of files look like hosts (`readme.md`, `main.rs`): only what says http is an address.
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: true, fuzzyIP: false });
  md.linkify.add('ftp:', null).add('//', null);
  md.validateLink = (url) => allowedLink.test(url);
  md.normalizeLinkText = createReadableUrl(md);
  return md;
};

/** Words that name a place must name the one that the link leads to. */
const realHostOf = (href: string, children: readonly Inline[]): string | null => {
  const named = hostLike.exec(textOf(children))?.[0].toLowerCase();
  if (named === undefined || !/^http/i.test(href)) return null;
  const host = hostOf(href);
  return host.replace(/^www\.|:\d+$/g, '') === named.replace(/^www\./, '') ? null : host;
};

interface Level {
  token: Token | null;
  children: Inline[];
}

const append = (level: Level, node: Inline): void => {
  const last = level.children.length - 1;
  const previous = level.children[last];
  if (typeof node === 'string' && typeof previous === 'string') level.children[last] = previous + node;
  else if (node !== '') level.children.push(node);
};

const wrap = (token: Token, children: Inline[]): Inline[] => {
  switch (token.type) {
    case 'strong_open':
      return [{ type: 'strong', children }];
    case 'em_open':
      return [{ type: 'em', children }];
    case 's_open':
      return [{ type: 's', children }];
    case 'link_open': {
      const href = String(token.attrGet('href') ?? '');
      if (!allowedLink.test(href)) return ['[', ...children, `](${href})`];
      const realHost = token.info === 'auto' ? null : realHostOf(href, children);
      return [{ type: 'link', href, children, realHost }];
    }
    default:
      return children;
  }
};

/** Turns the flat list of tokens into a tree that is never deeper than `maxDepth`. */
const toTree = (tokens: readonly Token[]): Inline[] => {
  const root: Level = { token: null, children: [] };
  const levels: Level[] = [root];
  let tooDeep = 0;
  for (const token of tokens) {
    const level = levels.at(-1) ?? root;
    if (token.nesting === 1 && levels.length > maxDepth) {
      tooDeep += 1;
      append(level, token.markup);
    } else if (token.nesting === 1) levels.push({ token, children: [] });
    else if (token.nesting === -1 && tooDeep > 0) {
      tooDeep -= 1;
      append(level, token.markup);
    } else if (token.nesting === -1 && level.token) {
      levels.pop();
      const parent = levels.at(-1) ?? root;
      for (const node of wrap(level.token, level.children)) append(parent, node);
    } else if (token.type === 'code_inline') append(level, { type: 'code', text: token.content });
    else append(level, token.content);
  }
  return root.children;
};

const markdown = createMarkdown();

/** Reads bold, italic, struck, code and links out of a text without blocks. */
export const parseInline = (text: string): Inline[] =>
  toTree(markdown.parseInline(text, {}).flatMap(({ children }) => children ?? []));
