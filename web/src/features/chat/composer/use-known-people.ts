import type { Mention, RoomState } from '@boltorezka/sdk';
import { useMemo } from 'react';

type Facts = Pick<RoomState, 'members' | 'messages'>;

/** Who may be meant by a name: who is here, and who wrote what is shown, the last one first. */
export const useKnownPeople = ({ members, messages }: Facts, meId: string): readonly Mention[] =>
  useMemo(() => {
    const known = new Map<string, Mention>();
    for (const { userId, userName } of [...messages.toReversed(), ...members]) {
      if (userId !== meId && !known.has(userId)) known.set(userId, { userId, userName });
    }
    return [...known.values()];
  }, [members, messages, meId]);
