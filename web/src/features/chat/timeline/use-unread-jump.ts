import type { OpenRoom } from '@boltorezka/sdk';
import { useCallback, useEffect } from 'react';
import { findFirstUnread } from './rows.ts';
import type { Target } from './use-target.ts';

/** Who was away for longer than so many pages is led as far as these reach. */
const maxPages = 20;

interface UnreadJump {
  room: OpenRoom;
  meId: string;
  onTarget: (target: Target) => void;
}

/**
 * The way to the first message that was not read, which may be further back than what is here. Whoever looks away from the
 * page finds the line, when they come back, where they left.
 */
export const useUnreadJump = ({ room, meId, onTarget }: UnreadJump): (() => Promise<void>) => {
  useEffect(() => {
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') room.moveUnreadLine();
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [room]);
  return useCallback(async () => {
    const find = () => {
      const { messages, unreadLineSeq, hasOlder } = room.state.get();
      const first = findFirstUnread(messages, { unreadAfterSeq: unreadLineSeq, meId });
      return { first, isReached: first !== messages[0] || !hasOlder };
    };
    for (let page = 0; page < maxPages && !find().isReached; page += 1) await room.loadOlder();
    const { first } = find();
    if (first?.id) onTarget({ messageId: first.id });
  }, [room, meId, onTarget]);
};
