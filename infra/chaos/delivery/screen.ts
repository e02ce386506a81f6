import type { TimelineMessage } from '@boltorezka/sdk';
import { type ClientJournal, nameOf } from './journal.ts';

export type ShownMessage = TimelineMessage;

/** Looks at a screen each time it changes: what is wrong on it for a moment is wrong. */
export interface Screen {
  look(place: string, messages: readonly ShownMessage[]): void;
}

const findDoubled = (messages: readonly ShownMessage[]): string[] => {
  const seen = new Set<string>();
  const doubled: string[] = [];
  for (const { key, id, text } of messages) {
    for (const mark of [`key ${key}`, id ? `id ${id}` : '', `name ${nameOf(text) ?? ''}`]) {
      if (mark.endsWith(' ') || mark === '') continue;
      if (seen.has(mark)) doubled.push(mark);
      seen.add(mark);
    }
  }
  return doubled;
};

/** By the log; and behind it what the server does not have yet. */
const findDisordered = (messages: readonly ShownMessage[]): string[] => {
  let before = 0;
  const disordered: string[] = [];
  for (const { seq, key } of messages) {
    const place = seq ?? Number.POSITIVE_INFINITY;
    if (place < before) disordered.push(`${key} at ${seq} stands after ${before}`);
    before = Math.max(before, place);
  }
  return disordered;
};

export const createScreen = ({ clientName, twice, disordered }: ClientJournal): Screen => {
  /** Each is told once, however long it stands there. */
  const told = new Set<string>();
  const tell = (list: string[], what: string): void => {
    if (told.has(what)) return;
    told.add(what);
    list.push(what);
  };
  return {
    look: (place, messages) => {
      for (const mark of findDoubled(messages)) tell(twice, `${clientName} shows twice in ${place}: ${mark}`);
      for (const mark of findDisordered(messages))
        tell(disordered, `${clientName} shows in ${place}: ${mark}`);
    },
  };
};
