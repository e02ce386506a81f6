import { limits } from '@boltorezka/protocol';

const link = /\bhttps?:\/\/[^\s<>"'`|\\^{}]+/giu;
const maxLinkLength = 2_000;

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[' };

const count = (text: string, character: string): number => text.split(character).length - 1;

/** A full stop ends the sentence, not the address; a bracket belongs to it where its other half does. */
const withoutTail = (found: string): string => {
  let text = found;
  for (;;) {
    const last = text.at(-1) ?? '';
    const opening = pairs[last];
    const isTail = opening ? count(text, last) > count(text, opening) : /[.,:;!?*_~»”’…]/u.test(last);
    if (!isTail) return text;
    text = text.slice(0, -1);
  }
};

/** The addresses that a text names, each once, the first few. */
export const linksIn = (text: string): string[] => {
  const found = [...text.matchAll(link)].map(([match]) => withoutTail(match));
  const usable = found.filter((url) => url.length <= maxLinkLength && URL.canParse(url));
  return [...new Set(usable)].slice(0, limits.maxLinkPreviews);
};
