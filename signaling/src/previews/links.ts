import { limits } from '@boltorezka/protocol';

const link = /\bhttps?:\/\/[^\s<>"'`|\\^{}]+/giu;

const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[' };

/** How many of a sign there are more than of its other half. */
const surplusOf = (text: string, closing: string, opening: string): number => {
  let surplus = 0;
  for (const sign of text) surplus += sign === closing ? 1 : sign === opening ? -1 : 0;
  return surplus;
};

/**
 * A full stop ends the sentence, not the address; a bracket belongs to it where its other half does. Each sign is looked at
 * once: whoever writes it chooses how many there are.
 */
const withoutTail = (found: string): string => {
  const surplus = new Map(
    Object.entries(pairs).map(([closing, opening]) => [closing, surplusOf(found, closing, opening)]),
  );
  let length = found.length;
  for (; length > 0; length -= 1) {
    const last = found.charAt(length - 1);
    const left = surplus.get(last);
    if (left === undefined ? !/[.,:;!?*_~»”’…]/.test(last) : left <= 0) break;
    if (left !== undefined) surplus.set(last, left - 1);
  }
  return found.slice(0, length);
};

/** The addresses that a text names, each once, the first few. */
export const linksIn = (text: string): string[] => {
  const found = [...text.matchAll(link)].map(([match]) => withoutTail(match));
  const usable = [...new Set(found)].filter((url) => url.length <= limits.maxLinkLength && URL.canParse(url));
  return usable.slice(0, limits.maxLinkPreviews);
};
