import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { type RefObject, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { messagePath } from '../../../lib/router.ts';
import { useServices } from '../../../lib/services.tsx';
import { useCopy } from '../../../lib/use-copy.ts';
import { useUnblock } from '../../people/use-unblock.ts';
import type { ComposerControl } from '../composer/use-composer.ts';
import type { ComposeAct } from '../composer/use-composing.ts';
import type { Floating, MessageActs } from '../message/surface.tsx';

interface ActsInput {
  room: OpenRoom;
  /** Where messages of this place that have failed are kept. */
  outbox: Pick<OpenRoom, 'retry' | 'discard'>;
  composer: ComposerControl;
  box: RefObject<HTMLElement | null>;
  compose: (act: ComposeAct) => void;
  open: (floating: Floating) => void;
  openThread: (rootId: string) => void;
  jumpTo: (messageId: string) => void;
}

/** The id of a message that the server has; who asks has looked for that already. */
const withId = (message: TimelineMessage, act: (id: string) => void): void => {
  if (message.id !== null) act(message.id);
};

const useCopies = ({ room }: ActsInput) => {
  const { t } = useTranslation();
  const copy = useCopy();
  return useMemo(
    () => ({
      copyText: ({ text }: TimelineMessage) => copy(text, t('chat.copiedText')),
      copyLink: (message: TimelineMessage) =>
        withId(message, (id) => {
          const url = new URL(messagePath(room.state.get().slug, id), window.location.origin);
          copy(url.href, t('chat.copiedLink'));
        }),
    }),
    [room, copy, t],
  );
};

/** What is done with the messages of one place. The same object for as long as the place is the same. */
export const useActs = (input: ActsInput): MessageActs => {
  const { t } = useTranslation();
  const { emoji, toasts } = useServices();
  const copies = useCopies(input);
  const unblock = useUnblock();
  const { room, outbox, composer, box, compose, open, openThread, jumpTo } = input;
  return useMemo(
    () => ({
      ...copies,
      unblock,
      reply: (message) => compose({ kind: 'reply', message }),
      edit: (message) => compose({ kind: 'edit', message }),
      react: (message, symbol, isSet) => {
        if (isSet) emoji.noteUse(symbol);
        withId(message, (id) => room.react(id, symbol, isSet));
      },
      pin: (message, isPinned) => withId(message, (id) => room.pin(id, isPinned)),
      dismissPreview: (message, url) => {
        withId(message, (id) => room.dismissPreview(id, url));
        // The card is gone at once, and with it the button that had the focus; the server has not said yes yet.
        toasts.show(t('chat.changing.dismissPreview'));
      },
      openThread: (message) => withId(message, openThread),
      jumpTo,
      retry: (key, how) => outbox.retry(key, how),
      discard: (key) => outbox.discard(key),
      settle: () => box.current?.focus({ preventScroll: true }),
      leave: () => composer.current?.focus(),
      open,
    }),
    [copies, unblock, room, outbox, composer, box, emoji, toasts, compose, open, openThread, jumpTo, t],
  );
};
