import type { Mention } from '@boltorezka/sdk';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { nameTags } from '../../../lib/name-tags.ts';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { findEmoji } from '../../emoji/emoji-names.ts';
import { withSkinTone } from '../../emoji/skin-tone.ts';
import { useEmojiNames } from '../../emoji/use-emoji-names.ts';
import { matchesName } from './matches-name.ts';

/** One way to complete what is being typed. */
export type Candidate =
  | { kind: 'person'; key: string; person: Mention; text: string; tag: string | undefined }
  | { kind: 'everyone'; key: string; text: string }
  | { kind: 'emoji'; key: string; label: string; text: string };

const maxShown = 8;
/** The server is asked when somebody has stopped typing for a moment. */
const askAfterMs = 150;

interface MentionSource {
  /** Null: nobody is being named. */
  query: string | null;
  roomSlug: string;
  /** Who is known here without asking. */
  people: readonly Mention[];
  mayCallEveryone: boolean;
}

const usePeopleOfServer = ({ query, roomSlug }: Pick<MentionSource, 'query' | 'roomSlug'>) => {
  const { client } = useServices();
  const [found, setFound] = useState<readonly Mention[]>([]);
  useEffect(() => {
    if (query === null) return;
    let isWanted = true;
    const ask = (): void => {
      client.people.find({ query, roomSlug, limit: maxShown }).then(
        (people) => isWanted && setFound(people),
        // Those who are here can still be named.
        () => undefined,
      );
    };
    const timer = setTimeout(ask, askAfterMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [client, query, roomSlug]);
  return found;
};

/** Whom an @ may mean: those who are here first, then whoever else may enter the room. */
export const useMentionCandidates = (source: MentionSource): Candidate[] => {
  const { query, people, mayCallEveryone } = source;
  const { t } = useTranslation();
  const found = usePeopleOfServer(source);
  return useMemo(() => {
    if (query === null) return [];
    const known = new Map<string, Mention>();
    for (const person of [...people, ...found]) {
      if (!known.has(person.userId) && matchesName(person.userName, query)) known.set(person.userId, person);
    }
    const everyone = t('chat.everyone');
    const shown = [...known.values()].slice(0, maxShown);
    const tags = nameTags(shown);
    const all: Candidate[] = shown.map((person) => {
      const { userId, userName } = person;
      return { kind: 'person', key: userId, person, text: `@${userName}`, tag: tags.get(userId) };
    });
    if (mayCallEveryone && matchesName(everyone, query)) {
      all.push({ kind: 'everyone', key: 'everyone', text: `@${everyone}` });
    }
    return all;
  }, [query, people, found, mayCallEveryone, t]);
};

/** Which emoji a colon and letters may mean. */
export const useEmojiCandidates = (query: string | null): Candidate[] => {
  const { emoji: choice } = useServices();
  const tone = useStore(choice.tone);
  const { names } = useEmojiNames(query !== null);
  return useMemo(
    () =>
      query === null || names === null
        ? []
        : findEmoji(names, query.replaceAll('_', ' '), maxShown).map(({ emoji, label, hasTones }) => ({
            kind: 'emoji',
            key: emoji,
            label,
            text: hasTones ? withSkinTone(emoji, tone) : emoji,
          })),
    [names, query, tone],
  );
};
