import type { OpenRoom } from '@boltorezka/sdk';
import { useCallback, useEffect } from 'react';
import { loadToUnread } from './load-to-unread.ts';
import type { Target } from './use-target.ts';

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
    const first = await loadToUnread(room, meId);
    if (first?.id) onTarget({ messageId: first.id });
  }, [room, meId, onTarget]);
};
