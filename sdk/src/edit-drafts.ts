import { Mention } from '@boltorezka/protocol';
import { z } from 'zod';
import type { DraftIndex } from './draft-index.ts';
import type { DraftPlace, DraftStorage, EditDraft, PlacedDraft } from './types/outbox.ts';

export const editPrefixOf = (userId: string): string => `boltorezka.edit.${userId}.`;

/** With a dot at its end: ids of messages follow. Neither ids nor slugs hold dots. */
const keysOf = (userId: string, { roomSlug, threadRootId = '' }: DraftPlace): string =>
  `${editPrefixOf(userId)}${roomSlug}.${threadRootId}.`;

const placeOf = (userId: string, key: string): DraftPlace => {
  const [roomSlug = '', threadRootId = ''] = key.slice(editPrefixOf(userId).length).split('.');
  return { roomSlug, ...(threadRootId !== '' && { threadRootId }) };
};

const Kept = z.object({
  message: z.object({ id: z.string(), userName: z.string(), text: z.string(), mentions: Mention.array() }),
  text: z.string(),
  mentions: Mention.array(),
});

const parse = (kept: string | null): EditDraft[] => {
  try {
    return [Kept.parse(JSON.parse(kept ?? ''))];
  } catch {
    return [];
  }
};

/** Changes of messages that were begun, each message’s own. They live and go as drafts do. */
export const createEditDrafts = (storage: DraftStorage, index: DraftIndex) => {
  const drop = (key: string): void => {
    storage.save(key, null);
    index.drop((other) => other === key);
  };
  return {
    /** In a place, the one written last at the end. */
    list: (userId: string, place: DraftPlace): EditDraft[] =>
      index.keys(keysOf(userId, place)).flatMap((key) => parse(storage.load(key))),
    listAll: (userId: string): PlacedDraft[] =>
      index.keys(editPrefixOf(userId)).flatMap((key) =>
        parse(storage.load(key)).map(({ message, text, mentions }) => ({
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
    },
    drop: (userId: string, place: DraftPlace, messageId: string): void =>
      drop(keysOf(userId, place) + messageId),
  };
};
