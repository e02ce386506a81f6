import { type Html, html, joined } from './html.ts';

/** As long as a line may be before it is broken, without its spaces. */
const lineWidth = 50;
const indentation = '  ';

const kindOf = (value: unknown): string => (typeof value === 'string' ? 'string' : 'literal');

const member = (key: string, value: Html): Html =>
  html`<span class="key">${JSON.stringify(key)}</span>: ${value}`;

const onOneLine = (value: unknown): Html => {
  if (Array.isArray(value)) return html`[${joined(value.map(onOneLine), ', ')}]`;
  if (typeof value !== 'object' || value === null) {
    return html`<span class="${kindOf(value)}">${JSON.stringify(value)}</span>`;
  }
  const members = Object.entries(value).map(([key, item]) => member(key, onOneLine(item)));
  return members.length === 0 ? html`{}` : html`{ ${joined(members, ', ')} }`;
};

const onLines = (items: Html[], { open, close, indent }: Record<'open' | 'close' | 'indent', string>): Html =>
  html`${open}\n${joined(
    items.map((item) => html`${indent}${indentation}${item}`),
    ',\n',
  )}\n${indent}${close}`;

/**
 * JSON for reading, in colours: on one line what fits, else a line for each part.
 * @param taken what of the line the indentation and a name have taken.
 */
export const toJsonHtml = (value: unknown, indent = '', taken = 0): Html => {
  const isNested = typeof value === 'object' && value !== null;
  if (!isNested || JSON.stringify(value).length + taken <= lineWidth) return onOneLine(value);
  const inner = indent + indentation;
  const items = Array.isArray(value)
    ? value.map((item) => toJsonHtml(item, inner, inner.length))
    : Object.entries(value).map(([key, item]) =>
        member(key, toJsonHtml(item, inner, inner.length + key.length + 4)),
      );
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return onLines(items, { open, close, indent });
};
