import { type Html, html } from './html.ts';

export interface Article {
  id: string;
  /** The heading's level: 3 where no group stands above it. */
  level?: 3 | 4;
  /** What the heading shows: a method and a path, or a type. */
  title: Html;
  told: readonly (Html | undefined)[];
  /** Examples, beside the text where there is room. */
  shown: readonly Html[];
}

/** One operation, message or schema, under a heading that links to itself. */
export const articleOf = ({ id, level = 4, title, told, shown }: Article): Html => html`
<article id="${id}">
<h${level}><a class="anchor" href="#${id}">${title}</a></h${level}>
<div class="told">${told}</div>
${shown.length > 0 ? html`<div class="shown">${shown}</div>` : undefined}
</article>`;

/** What stands before the first dot, as headings sort it; a name without one belongs to `otherwise`. */
export const groupsOf = <T extends { name: string }>(items: T[], otherwise: string): [string, T[]][] => [
  ...Map.groupBy(items, ({ name }) => (name.includes('.') ? (name.split('.')[0] ?? '') : otherwise)),
];

/** The heading of a group. */
export const groupTitle = (group: string): string => group.charAt(0).toUpperCase() + group.slice(1);
