import { type Html, html } from './html.ts';
import { liftTables } from './markdown.ts';
import type { Names } from './names.ts';

/** Prose with code in backticks; code that names a part of the contract leads to it. */
export const inline = (text: string, names: Names): Html =>
  html`${text.split('`').map((part, index) => (index % 2 === 1 ? names.link(part) : part))}`;

/** A description's paragraphs. Its tables are sections of their own, and `tableLink` leads there. */
export const paragraphsOf = (description: string, names: Names, tableLink: Html): Html =>
  html`${liftTables(description).paragraphs.map(
    ({ text, introducesTable }) =>
      html`<p>${inline(text, names)}${introducesTable ? html` ${tableLink}` : undefined}</p>`,
  )}`;
