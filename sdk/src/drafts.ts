import { limits, Mention, Quotation } from '@boltorezka/protocol';
import { createDraftIndex } from './draft-index.ts';
import { createEditDrafts, editPrefixOf } from './edit-drafts.ts';
import { createPartings, draftKeyOf, type Kept } from './partings.ts';
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

/** Of a name that is chosen into an empty field the text is a moment behind. */
const isEmpty = ({ text, mentions, replyTo }: Draft): boolean =>
  text === '' && mentions.length === 0 && replyTo === null;

/** Nobody's words are lost: those that came first stand first. */
const join = (drafts: readonly Draft[]): Draft => ({
  text: drafts.flatMap(({ text }) => (text === '' ? [] : text)).join('\n'),
  mentions: drafts.flatMap(({ mentions }) => mentions),
  replyTo: drafts.findLast(({ replyTo }) => replyTo)?.replyTo ?? null,
});

/** Neither ids nor slugs hold dots. */
const keyOf = (userId: string, { roomSlug, threadRootId }: DraftPlace): string =>
  prefixOf(userId) + [roomSlug, ...(threadRootId === undefined ? [] : [threadRootId])].join('.');

const placeOf = (userId: string, key: string): DraftPlace => {
  const [roomSlug = '', threadRootId] = key.slice(prefixOf(userId).length).split('.');
  return { roomSlug, ...(threadRootId !== undefined && { threadRootId }) };
};

/** What nobody has touched for so long is kept no more, whoever's it is. */
const keptForMs = 30 * 24 * 60 * 60 * 1000;

/** Reads and writes unfinished messages, by their keys. */
const createRecords = ({ storage, index, partings }: Kept) => {
  return {
    /** @param load reads the storage, as it is or was. */
    get(key: string, load: DraftStorage['load'] = storage.load): Draft {
      const kept = load(key);
      return join([...partings.unkeptOf(key, load), ...(kept === null ? [] : [kept])].map(parse));
    },
    save(key: string, draft: Draft): void {
      if (isEmpty(draft)) {
        storage.save(key, null);
        index.drop((other) => other === key);
      } else {
        storage.save(key, JSON.stringify(draft));
        index.note(key);
      }
      partings.forget(key);
    },
  };
};

/** Unfinished messages, by their writer and place. */
const createTexts = (kept: Kept) => {
  const { storage, index, partings } = kept;
  const { get, save } = createRecords(kept);
  return {
    get(userId: string, place: DraftPlace): Draft {
      const key = keyOf(userId, place);
      // One of before there was an index is in it from here on.
      if (storage.load(key) !== null && !index.keys(key).includes(key)) index.note(key);
      partings.find(key);
      return get(key);
    },
    change(userId: string, place: DraftPlace, fields: Partial<Draft>): void {
      const key = keyOf(userId, place);
      const draft = { ...get(key), ...fields };
      const mentions = fields.text === '' ? [] : draft.mentions.slice(0, limits.maxMentions);
      save(key, { ...draft, mentions });
    },
    letGo(userId: string, place: DraftPlace, text: string): () => void {
      const key = keyOf(userId, place);
      const draft = get(key);
      // What another page has written here meanwhile stays.
      const isIt = draft.text === text;
      const parting = isIt ? draft : { ...empty, text };
      // Before it is put elsewhere: a full browser has no room for both.
      if (isIt) save(key, empty);
      return isEmpty(parting) ? () => undefined : partings.begin(key, JSON.stringify(parting));
    },
    follow(userId: string, place: DraftPlace, listener: (before: Draft, now: Draft) => void): () => void {
      const key = keyOf(userId, place);
      const handle = (changed: string, old: string | null): void => {
        if (draftKeyOf(changed) !== key) return;
        const before = get(key, (other) => (other === changed ? old : storage.load(other)));
        listener(before, get(key));
      };
      const unfollow = [partings.follow(handle), storage.follow?.(handle)];
      return () => {
        for (const end of unfollow) end?.();
      };
    },
    listAll(userId: string): PlacedDraft[] {
      const prefix = prefixOf(userId);
      return [...new Set([...index.keys(prefix), ...partings.unkeptKeys(prefix)])].flatMap((key) => {
        const draft = get(key);
        return draft.text === '' ? [] : [{ ...placeOf(userId, key), ...draft }];
      });
    },
  };
};

export interface DraftsService extends Drafts {
  /** Whose session it is. What was on its way in the one before is so no more. */
  handleUser(userId: string | null): void;
}

/**
 * What was begun, each person's own: who signs in at the same browser sees nothing of another's. What nobody came back for
 * goes when a visit begins.
 */
export const createDrafts = ({ storage, getSelfId }: DraftsDeps): DraftsService => {
  const index = createDraftIndex(storage);
  index.drop((_key, atMs) => Date.now() - atMs > keptForMs);
  const partings = createPartings(storage, index);
  const texts = createTexts({ storage, index, partings });
  const edits = createEditDrafts({ storage, index, partings });
  let knownId: string | null = null;
  const withSelf = <T>(act: (userId: string) => T): T | undefined => {
    const userId = getSelfId();
    return userId === null ? undefined : act(userId);
  };
  return {
    get: (place) => withSelf((userId) => texts.get(userId, place)) ?? empty,
    change: (place, fields) => withSelf((userId) => texts.change(userId, place, fields)),
    letGo: (place, text) => withSelf((userId) => texts.letGo(userId, place, text)) ?? (() => undefined),
    follow: (place, listener) =>
      withSelf((userId) => texts.follow(userId, place, listener)) ?? (() => undefined),
    edits: (place) => withSelf((userId) => edits.list(userId, place)) ?? [],
    keepEdit: (place, edit) => withSelf((userId) => edits.keep(userId, place, edit)),
    dropEdit: (place, messageId) => withSelf((userId) => edits.drop(userId, place, messageId)),
    letGoEdit: (place, edit) => withSelf((userId) => edits.letGo(userId, place, edit)) ?? (() => undefined),
    list: () => withSelf((userId) => [...texts.listAll(userId), ...edits.listAll(userId)]) ?? [],
    erase: (userId = getSelfId() ?? undefined) => {
      if (userId === undefined) return;
      const prefixes = [prefixOf(userId), editPrefixOf(userId)];
      index.drop((key) => prefixes.some((prefix) => draftKeyOf(key).startsWith(prefix)));
    },
    handleUser: (userId) => {
      if (userId !== knownId) partings.restart();
      knownId = userId;
    },
  };
};
