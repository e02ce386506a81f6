import { createStore, type OpenRoom } from '@boltorezka/sdk';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { useStore } from '../../lib/use-store.ts';
import type { ComposerControl } from './composer/use-composer.ts';
import type { Target } from './timeline/use-target.ts';

/** What stands beside the conversation, one at a time. */
export type Panel =
  | { kind: 'thread'; rootId: string; target: Target | null }
  | { kind: 'threads' }
  | { kind: 'pins' }
  | { kind: 'search' };

/** Where a message is: in the room itself, or in the thread of another. */
export interface MessageAddress {
  messageId: string;
  threadRootId: string | null;
}

export interface ConversationHandle {
  panel: Panel | null;
  /** Where one writes to the room. */
  composer: ComposerControl;
  /** When I wrote last, here or in a thread. */
  wroteAt: ReturnType<typeof createStore<string | null>>;
  /** There is width for a panel beside the conversation; else it stands over it. */
  isWide: boolean;
  target: Target | null;
  setTarget(target: Target): void;
  open(panel: Panel): void;
  closePanel(): void;
  openThread(rootId: string): void;
  jumpTo(messageId: string): void;
  /** To what was written first on a day, or next after it. */
  jumpToDay(day: Date): void;
  /** To a message of this room, wherever it is. */
  showMessage(address: MessageAddress): void;
}

const useJump = (room: OpenRoom, setTarget: (target: Target) => void) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  return useCallback(
    async (messageId: string): Promise<void> => {
      try {
        const isHere = room.state.get().messages.some(({ id }) => id === messageId);
        if (!isHere) await room.jumpTo(messageId);
        setTarget({ messageId });
      } catch (error) {
        toasts.show(t(errorTextKey(error)));
      }
    },
    [room, setTarget, toasts, t],
  );
};

const isOn = (iso: string | undefined, day: Date): boolean =>
  iso !== undefined && new Date(iso).toDateString() === day.toDateString();

const useDayJump = (room: OpenRoom, setTarget: (target: Target) => void) => {
  const { t } = useTranslation();
  const { toasts } = useServices();
  return useCallback(
    async (day: Date): Promise<void> => {
      try {
        const messageId = await room.jumpToTime(day);
        if (messageId === null) return toasts.show(t('search.day.none'));
        const found = room.state.get().messages.find(({ id }) => id === messageId);
        if (!isOn(found?.createdAt, day)) toasts.show(t('search.day.nearest'));
        setTarget({ messageId });
      } catch (error) {
        toasts.show(t(errorTextKey(error)));
      }
    },
    [room, setTarget, toasts, t],
  );
};

/** An address that names a message leads there once, and to its thread where it is in one. */
const useAddressedMessage = (show: (address: MessageAddress) => void, isJoined: boolean): void => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const messageId = useStore(router.messageId);
  useEffect(() => {
    if (messageId === null || !isJoined) return;
    router.takeMessage();
    client.call('chat.message', { params: { message_id: messageId } }).then(
      ({ message }) => show({ messageId, threadRootId: message.thread_root_id ?? null }),
      (error: unknown) => toasts.show(t(errorTextKey(error))),
    );
  }, [messageId, isJoined, client, router, toasts, show, t]);
};

/** What is looked at in a room: the place in its conversation, and what stands beside it. */
export const useConversation = (room: OpenRoom, isJoined: boolean): ConversationHandle => {
  const isWide = useMediaQuery('(min-width: 64rem)');
  const [panel, setPanel] = useState<Panel | null>(null);
  const [target, setTarget] = useState<Target | null>(null);
  const composer: ComposerControl = useRef(null);
  const [wroteAt] = useState(() => createStore<string | null>(null));
  const jump = useJump(room, setTarget);
  const jumpDay = useDayJump(room, setTarget);
  const handle = useMemo(() => {
    const uncover = (): void => {
      // What stands over the conversation would hide where it leads.
      if (!isWide) setPanel(null);
    };
    const jumpTo = (messageId: string): void => {
      uncover();
      runQuietly(jump(messageId));
    };
    return {
      setTarget,
      open: setPanel,
      closePanel: () => setPanel(null),
      openThread: (rootId: string) => setPanel({ kind: 'thread', rootId, target: null }),
      jumpTo,
      jumpToDay: (day: Date) => {
        uncover();
        runQuietly(jumpDay(day));
      },
      showMessage: ({ messageId, threadRootId }: MessageAddress) => {
        if (threadRootId === null) return jumpTo(messageId);
        setPanel({ kind: 'thread', rootId: threadRootId, target: { messageId } });
      },
    };
  }, [isWide, jump, jumpDay]);
  useAddressedMessage(handle.showMessage, isJoined);
  return { ...handle, panel, isWide, target, composer, wroteAt };
};
