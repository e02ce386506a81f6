/** Text that is HTML already. Whatever else is put into `html` is escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | undefined | readonly Part[];

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const toText = (part: Part): string => {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'object') return part.map(toText).join('');
  return String(part).replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
};

/** A piece of HTML from a template; nothing is written for `undefined`, and a list's parts one after another. */
export const html = (strings: TemplateStringsArray, ...parts: Part[]): Html =>
  new Html(strings.reduce((text, string, index) => text + toText(parts[index - 1]) + string));

/** Parts with something between them. */
export const joined = (parts: readonly (Html | string)[], between: string): Html =>
  new Html(parts.map(toText).join(toText(between)));
