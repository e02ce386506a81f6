import type { ApiDocuments } from './documents.ts';
import { type Html, html } from './html.ts';
import { toJsonHtml } from './json.ts';

/** Longer ones are folded: the page is read for its names first. */
const maxOpenLines = 22;

/** Text as it is typed or sent, under a caption. */
export const codeExample = (caption: string | Html, code: string | Html): Html => {
  const text = typeof code === 'string' ? code : code.text;
  const lines = text.split('\n').length;
  const pre = html`<pre><code>${code}</code></pre>`;
  return lines > maxOpenLines
    ? html`<details class="example"><summary>${caption} <span class="soft">${lines} lines</span></summary>${pre}</details>`
    : html`<figure class="example"><figcaption>${caption}</figcaption>${pre}</figure>`;
};

export const jsonExample = (caption: string | Html, value: unknown): Html =>
  codeExample(caption, toJsonHtml(value));

interface GoldenName {
  /** Such as `client/room.join`. */
  name: string;
  caption: string;
  /** What the document itself shows, for a name without a golden frame. */
  fallback?: unknown;
}

/** The golden frame of a name and its variants: `room.join.coming-back` is one of `room.join`. */
export const goldenExamples = (
  { fixtures }: Pick<ApiDocuments, 'fixtures'>,
  { name, caption, fallback }: GoldenName,
): Html[] => {
  const found = [...fixtures].filter(([key]) => key === name || key.startsWith(`${name}.`));
  if (found.length === 0) return fallback === undefined ? [] : [jsonExample(caption, fallback)];
  return found.map(([key, value]) => {
    const variant = key.slice(name.length + 1).replaceAll('-', ' ');
    return jsonExample(variant === '' ? caption : `${caption}: ${variant}`, value);
  });
};
