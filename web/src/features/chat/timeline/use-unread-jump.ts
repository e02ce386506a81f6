import type { OpenRoom } from '@boltorezka/sdk';
import { useCallback, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../../lib/error-text.ts';
import { useServices } from '../../../lib/services.tsx';
import { findFirstUnread } from './rows.ts';
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
  const { t } = useTranslation();
  const { toasts } = useServices();
  useEffect(() => {
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') room.moveUnreadLine();
    };
    document.addEventListener('visibilitychange', onVisibility);
    return () => document.removeEventListener('visibilitychange', onVisibility);
  }, [room]);
  return useCallback(async () => {
    const { unreadLineSeq: unreadAfterSeq } = room.state.get();
    if (unreadAfterSeq === null) return;
    try {
      await room.jumpToPosition(unreadAfterSeq);
      const first = findFirstUnread(room.state.get().messages, { unreadAfterSeq, meId });
      if (first?.id) onTarget({ messageId: first.id });
    } catch (error) {
      toasts.show(t(errorTextKey(error)));
    }
  }, [room, meId, onTarget, toasts, t]);
};
