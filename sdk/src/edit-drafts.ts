import { Mention } from '@boltorezka/protocol';
import { z } from 'zod';
import type { Kept } from './partings.ts';
import type { DraftPlace, EditDraft, EditParting, PlacedDraft } from './types/outbox.ts';

export const editPrefixOf = (userId: string): string => `boltorezka.edit.${userId}.`;

/** With a dot at its end: ids of messages follow. Neither ids nor slugs hold dots. */
const keysOf = (userId: string, { roomSlug, threadRootId = '' }: DraftPlace): string =>
  `${editPrefixOf(userId)}${roomSlug}.${threadRootId}.`;

const placeOf = (userId: string, key: string): DraftPlace => {
  const [roomSlug = '', threadRootId = ''] = key.slice(editPrefixOf(userId).length).split('.');
  return { roomSlug, ...(threadRootId !== '' && { threadRootId }) };
};

const KeptEdit = z.object({
  message: z.object({ id: z.string(), userName: z.string(), text: z.string(), mentions: Mention.array() }),
  text: z.string(),
  mentions: Mention.array(),
});

const parse = (kept: string | null): EditDraft[] => {
  try {
    return [KeptEdit.parse(JSON.parse(kept ?? ''))];
  } catch {
    return [];
  }
};

/** Changes of messages that were begun, each message’s own. They live and go as drafts do. */
export const createEditDrafts = ({ storage, index, partings }: Kept) => {
  const drop = (key: string): void => {
    storage.save(key, null);
    index.drop((other) => other === key);
    partings.forget(key);
  };
  const load = (key: string): string | null =>
    storage.load(key) ?? partings.unkeptOf(key, storage.load).at(-1) ?? null;
  const keysIn = (prefix: string): string[] => {
    const begun = index.keys(prefix);
    return [...partings.unkeptKeys(prefix).filter((key) => !begun.includes(key)), ...begun];
  };
  return {
    /** In a place, the one written last at the end. */
    list: (userId: string, place: DraftPlace): EditDraft[] =>
      keysIn(keysOf(userId, place)).flatMap((key) => parse(load(key))),
    listAll: (userId: string): PlacedDraft[] =>
      keysIn(editPrefixOf(userId)).flatMap((key) =>
        parse(load(key)).map(({ message, text, mentions }) => ({
          ...placeOf(userId, key),
          ...{ text, mentions, replyTo: null, editOf: message.id },
        })),
      ),
    keep(userId: string, place: DraftPlace, { message, text, mentions }: EditDraft): void {
      const { id, userName } = message;
      const key = keysOf(userId, place) + id;
      if (text === message.text) return drop(key);
      const shown = { id, userName, text: message.text, mentions: message.mentions };
      storage.save(key, JSON.stringify({ message: shown, text, mentions }));
      index.note(key);
      partings.forget(key);
    },
    letGo(userId: string, place: DraftPlace, { messageId, text }: EditParting): () => void {
      const key = keysOf(userId, place) + messageId;
      const kept = load(key);
      // What another page makes of the message stays.
      if (kept === null || parse(kept)[0]?.text !== text) return () => undefined;
      drop(key);
      return partings.begin(key, kept);
    },
    drop: (userId: string, place: DraftPlace, messageId: string): void =>
      drop(keysOf(userId, place) + messageId),
  };
};
