import { limits, Mention, Quotation } from '@boltorezka/protocol';
import type { Draft, DraftPlace, DraftStorage, Drafts } from './types/outbox.ts';

export interface DraftsDeps {
  storage: DraftStorage;
  /** Null: nobody is signed in, or it is not known yet who. */
  getSelfId: () => string | null;
}

export const createMemoryDrafts = (): DraftStorage => {
  const kept = new Map<string, string>();
  return {
    load: (key) => kept.get(key) ?? null,
    save: (key, draft) => {
      if (draft === null) kept.delete(key);
      else kept.set(key, draft);
    },
  };
};

const keyOf = (userId: string, { roomSlug, threadRootId }: DraftPlace): string =>
  ['boltorezka.draft', userId, roomSlug, ...(threadRootId === undefined ? [] : [threadRootId])].join('.');

const empty: Draft = { text: '', mentions: [], replyTo: null };

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Drafts of earlier builds are their text alone. */
const parse = (kept: string): Draft => {
  const value = parseJson(kept);
  if (typeof value !== 'object' || value === null || !('text' in value) || typeof value.text !== 'string') {
    return { ...empty, text: kept };
  }
  const mentions = Mention.array().safeParse('mentions' in value ? value.mentions : []);
  const replyTo = Quotation.nullable().safeParse('replyTo' in value ? value.replyTo : null);
  return { text: value.text, mentions: mentions.data ?? [], replyTo: replyTo.data ?? null };
};

const isEmpty = ({ text, replyTo }: Draft): boolean => text === '' && replyTo === null;

/** Unfinished messages, each person's own: who signs in at the same browser sees nothing of another's. */
export const createDrafts = ({ storage, getSelfId }: DraftsDeps): Drafts => {
  const get = (place: DraftPlace): Draft => {
    const userId = getSelfId();
    const kept = userId === null ? null : storage.load(keyOf(userId, place));
    return kept === null ? empty : parse(kept);
  };
  return {
    get,
    change: (place, fields) => {
      const userId = getSelfId();
      if (userId === null) return;
      const draft = { ...get(place), ...fields };
      // Of a name that is being chosen the text is a moment behind.
      const mentions = fields.text === '' ? [] : draft.mentions.slice(0, limits.maxMentions);
      storage.save(keyOf(userId, place), isEmpty(draft) ? null : JSON.stringify({ ...draft, mentions }));
    },
  };
};
