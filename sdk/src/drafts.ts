import { limits, Mention, Quotation } from '@boltorezka/protocol';
import { createDraftIndex, type DraftIndex } from './draft-index.ts';
import { createEditDrafts, editPrefixOf } from './edit-drafts.ts';
import type { Draft, DraftPlace, DraftStorage, Drafts, PlacedDraft } from './types/outbox.ts';

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

const prefixOf = (userId: string): string => `boltorezka.draft.${userId}.`;

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

/** Neither ids nor slugs hold dots. */
const keyOf = (userId: string, { roomSlug, threadRootId }: DraftPlace): string =>
  prefixOf(userId) + [roomSlug, ...(threadRootId === undefined ? [] : [threadRootId])].join('.');

const placeOf = (userId: string, key: string): DraftPlace => {
  const [roomSlug = '', threadRootId] = key.slice(prefixOf(userId).length).split('.');
  return { roomSlug, ...(threadRootId !== undefined && { threadRootId }) };
};

/** What nobody has touched for so long is kept no more, whoever's it is. */
const keptForMs = 30 * 24 * 60 * 60 * 1000;

/** What a draft is while a part of it is on its way: that has left, and what was begun since stays. */
const withoutParting = (draft: Draft, parting: Draft | undefined): Draft => {
  if (!parting || parting.text !== draft.text) return draft;
  const isAnswered = parting.replyTo?.messageId === draft.replyTo?.messageId;
  return { ...empty, replyTo: isAnswered ? null : draft.replyTo };
};

/** Unfinished messages, by their writer and place. */
const createTexts = (storage: DraftStorage, index: DraftIndex) => {
  const partings = new Map<string, Draft>();
  const read = (key: string): Draft => {
    const kept = storage.load(key);
    if (kept === null) return empty;
    // One of before there was an index is in it from here on.
    if (!index.keys(key).includes(key)) index.note(key);
    return parse(kept);
  };
  const save = (key: string, draft: Draft): void => {
    if (isEmpty(draft)) {
      storage.save(key, null);
      index.drop((other) => other === key);
    } else {
      storage.save(key, JSON.stringify(draft));
      index.note(key);
    }
  };
  const get = (key: string): Draft => withoutParting(read(key), partings.get(key));
  return {
    get: (userId: string, place: DraftPlace) => get(keyOf(userId, place)),
    change(userId: string, place: DraftPlace, fields: Partial<Draft>): void {
      const key = keyOf(userId, place);
      const isNew = fields.text !== undefined;
      const draft = { ...(isNew ? get(key) : read(key)), ...fields };
      // The same words once more are another message.
      if (isNew) partings.delete(key);
      // Of a name that is being chosen the text is a moment behind.
      const mentions = fields.text === '' ? [] : draft.mentions.slice(0, limits.maxMentions);
      save(key, { ...draft, mentions });
    },
    letGo(userId: string, place: DraftPlace, text: string): () => void {
      const key = keyOf(userId, place);
      const parting = { ...read(key), text };
      partings.set(key, parting);
      return () => {
        if (partings.get(key) !== parting) return;
        save(key, get(key));
        partings.delete(key);
      };
    },
    listAll: (userId: string): PlacedDraft[] =>
      index.keys(prefixOf(userId)).flatMap((key) => {
        const draft = get(key);
        return draft.text === '' ? [] : [{ ...placeOf(userId, key), ...draft }];
      }),
  };
};

/**
 * What was begun, each person's own: who signs in at the same browser sees nothing of another's. What nobody came back for
 * goes when a visit begins.
 */
export const createDrafts = ({ storage, getSelfId }: DraftsDeps): Drafts => {
  const index = createDraftIndex(storage);
  index.drop((_key, atMs) => Date.now() - atMs > keptForMs);
  const texts = createTexts(storage, index);
  const edits = createEditDrafts(storage, index);
  const withSelf = <T>(act: (userId: string) => T): T | undefined => {
    const userId = getSelfId();
    return userId === null ? undefined : act(userId);
  };
  return {
    get: (place) => withSelf((userId) => texts.get(userId, place)) ?? empty,
    change: (place, fields) => withSelf((userId) => texts.change(userId, place, fields)),
    letGo: (place, text) => withSelf((userId) => texts.letGo(userId, place, text)) ?? (() => undefined),
    edits: (place) => withSelf((userId) => edits.list(userId, place)) ?? [],
    keepEdit: (place, edit) => withSelf((userId) => edits.keep(userId, place, edit)),
    dropEdit: (place, messageId) => withSelf((userId) => edits.drop(userId, place, messageId)),
    list: () => withSelf((userId) => [...texts.listAll(userId), ...edits.listAll(userId)]) ?? [],
    erase: (userId = getSelfId() ?? undefined) => {
      if (userId === undefined) return;
      const prefixes = [prefixOf(userId), editPrefixOf(userId)];
      index.drop((key) => prefixes.some((prefix) => key.startsWith(prefix)));
    },
  };
};
