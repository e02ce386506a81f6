import type { SendInput } from '@boltorezka/sdk';
import { useEffect } from 'react';
import { useLatest } from '../../../lib/use-latest.ts';
import { useStore } from '../../../lib/use-store.ts';
import type { SendQueue } from '../../attachments/send-queue.ts';
import type { Composing } from './composing.ts';

interface Sending {
  queue: SendQueue;
  composing: Composing | null;
  text: string;
  isSendable: boolean;
  /** Nothing but files that are still on their way keeps it. */
  waits: boolean;
  /** What is written, without its files. */
  toMessage: () => SendInput;
  send: () => void;
  /** What was queued goes. */
  pass: (message: SendInput) => void;
}

/** What was put in otherwise than by typing, or is answered now, goes as well; not the text of an edit. */
const useRenewal = ({ queue, composing, text, toMessage }: Sending): void => {
  const latest = useLatest(toMessage);
  const isEditing = composing?.kind === 'edit';
  const answeredId = composing?.message.id ?? undefined;
  useEffect(() => {
    const queued = queue.queued.get();
    if (!queued || isEditing) return;
    if (queued.text !== text || queued.replyTo !== answeredId) queue.put(latest.current());
  }, [queue, isEditing, text, answeredId, latest]);
};

/**
 * What is sent while its files still go up goes by itself when they are there, unless somebody writes on meanwhile. While
 * they change another message instead, it waits beneath that.
 */
export const useSendQueue = (sending: Sending) => {
  const { queue, composing, isSendable, waits, toMessage, send, pass } = sending;
  const isEditing = composing?.kind === 'edit';
  const isQueued = useStore(queue.queued) !== null;
  const latest = useLatest(pass);
  useRenewal(sending);
  useEffect(
    () => queue.attend({ isBusy: isEditing, send: (message) => latest.current(message) }),
    [queue, isEditing, latest],
  );
  return {
    isQueued: isQueued && !isEditing,
    send: (): void => {
      if (isSendable) send();
      else if (waits) queue.put(toMessage());
    },
    cancel: (): void => {
      if (!isEditing) queue.cancel();
    },
  };
};
