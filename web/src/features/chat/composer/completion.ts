/** What is being typed at the caret that could be completed. */
export interface Trigger {
  kind: 'mention' | 'emoji';
  /** Where the sign stands that began it. */
  start: number;
  query: string;
}

/** Names have spaces in them, but not many. */
const mention = /(?:^|[\s([{«"'])@([\p{L}\p{N}._-]*(?: [\p{L}\p{N}._-]*){0,2})$/u;
/** Two letters, since a colon alone begins a list more often than an emoji. */
const emoji = /(?:^|[\s([{«"'])(?::)([\p{L}\p{N}_+-]{2,})$/u;
const maxQueryLength = 40;

/** Looks at what stands before the caret. */
export const findTrigger = (text: string, caret: number): Trigger | null => {
  const before = text.slice(Math.max(0, caret - maxQueryLength - 2), caret);
  for (const [kind, pattern] of [
    ['mention', mention],
    ['emoji', emoji],
  ] as const) {
    const query = pattern.exec(before)?.[1];
    if (query !== undefined) return { kind, start: caret - query.length - 1, query };
  }
  return null;
};

/** A word for which the list was put away, and how much of it was there by then, without the sign that began it. */
export type Dismissal = Pick<Trigger, 'start' | 'query'>;

/** Put away, the list stays so for as long as that word is only written on, not written anew. */
export const isDismissed = (trigger: Trigger, dismissal: Dismissal | null): boolean =>
  dismissal !== null && trigger.start === dismissal.start && trigger.query.startsWith(dismissal.query);

export interface Edit {
  text: string;
  caret: number;
}

/** Puts what was chosen in the place of what was typed, and a space after it where there is none. */
export const complete = (
  { text, caret }: Edit,
  trigger: Pick<Trigger, 'start'>,
  replacement: string,
): Edit => {
  const rest = text.slice(caret);
  const space = /^\s/.test(rest) ? '' : ' ';
  const start = text.slice(0, trigger.start) + replacement;
  return { text: start + space + rest, caret: start.length + 1 };
};

/** Puts something where the caret is, in the place of what is selected. */
export const insert = (text: string, selection: { start: number; end: number }, added: string): Edit => ({
  text: text.slice(0, selection.start) + added + text.slice(selection.end),
  caret: selection.start + added.length,
});

/** Backwards by Tab, and to a new line by Enter, one goes past the list. */
export const isChoice = ({ key, shiftKey }: { key: string; shiftKey: boolean }): boolean =>
  !shiftKey && (key === 'Enter' || key === 'Tab');
