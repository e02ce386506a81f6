import type { DraftPlace, DraftStorage, Drafts } from './types/outbox.ts';

export interface DraftsDeps {
  storage: DraftStorage;
  /** Null: nobody is signed in, or it is not known yet who. */
  getSelfId: () => string | null;
}

export const createMemoryDrafts = (): DraftStorage => {
  const kept = new Map<string, string>();
  return {
    load: (key) => kept.get(key) ?? null,
    save: (key, text) => {
      if (text === null) kept.delete(key);
      else kept.set(key, text);
    },
  };
};

const keyOf = (userId: string, { roomSlug, threadRootId }: DraftPlace): string =>
  ['boltorezka.draft', userId, roomSlug, ...(threadRootId === undefined ? [] : [threadRootId])].join('.');

/** Unfinished texts, each person's own: who signs in at the same browser sees nothing of another's. */
export const createDrafts = ({ storage, getSelfId }: DraftsDeps): Drafts => ({
  get: (place) => {
    const userId = getSelfId();
    return userId === null ? '' : (storage.load(keyOf(userId, place)) ?? '');
  },
  set: (place, text) => {
    const userId = getSelfId();
    if (userId !== null) storage.save(keyOf(userId, place), text === '' ? null : text);
  },
});
