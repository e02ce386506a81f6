import type { SendInput } from '@boltorezka/sdk';
import { useEffect, useRef } from 'react';
import { useLatest } from '../../../lib/use-latest.ts';
import { useStore } from '../../../lib/use-store.ts';
import type { SendQueue } from '../../attachments/send-queue.ts';
import type { Composing } from './composing.ts';

interface Sending {
  queue: SendQueue;
  composing: Composing | null;
  text: string;
  /** How many characters it may still take. */
  left: number;
  isSendable: boolean;
  /** Nothing but files that are still on their way keeps it. */
  waits: boolean;
  /** What is written, without its files. */
  toMessage: () => SendInput;
  send: () => void;
  /** What was queued goes. */
  pass: (message: SendInput) => void;
}

/** What is queued, as it is written by now; undefined where that is the same, and while another message is changed. */
const renewedOf = ({ queue, composing, text, toMessage }: Sending): SendInput | undefined => {
  const queued = queue.queued.get();
  if (!queued || composing?.kind === 'edit') return undefined;
  const isSame = queued.text === text && queued.replyTo === composing?.message.id;
  return isSame ? undefined : toMessage();
};

/** What was put in otherwise than by typing, or is answered now, goes as well; not the text of an edit. */
const useRenewal = (sending: Sending): void => {
  const { queue, composing, text, left } = sending;
  const latest = useLatest(sending);
  const isEditing = composing?.kind === 'edit';
  const answeredId = composing?.message.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is written, and what it answers, are what is followed.
  useEffect(() => {
    const renewed = renewedOf(latest.current);
    if (!renewed) return;
    // Nobody would let it go by hand.
    if (left < 0) queue.cancel();
    else queue.put(renewed);
  }, [queue, isEditing, text, left, answeredId, latest]);
};

/** Whoever comes back to the place finds it queued, unless another page has gone on with its draft meanwhile. */
const useAttendance = (sending: Sending): void => {
  const { queue, composing } = sending;
  const isEditing = composing?.kind === 'edit';
  const isNew = useRef(true);
  const latest = useLatest(sending);
  useEffect(() => {
    const queued = queue.queued.get();
    // Whose change of another message is open looks at the draft, as it was found, only after that.
    if (isNew.current && !isEditing && queued && queued.text !== latest.current.text) queue.cancel();
    if (!isEditing) isNew.current = false;
    const send = (message: SendInput): void => latest.current.pass(message);
    // At once with it: nothing is to go past whoever is there, or as it was before they changed another message.
    return queue.attend({ isBusy: isEditing, send }, renewedOf(latest.current));
  }, [queue, isEditing, latest]);
};

/**
 * What is sent while its files still go up goes by itself when they are there, unless somebody writes on meanwhile. While
 * they change another message instead, it waits beneath that.
 */
export const useSendQueue = (sending: Sending) => {
  const { queue, composing, isSendable, waits, toMessage, send } = sending;
  const isEditing = composing?.kind === 'edit';
  const isQueued = useStore(queue.queued) !== null;
  const isStuck = useStore(queue.stuck) !== null;
  useAttendance(sending);
  useRenewal(sending);
  return {
    isQueued: isQueued && !isEditing,
    isStuck: isStuck && !isEditing,
    send: (): void => {
      if (isSendable) send();
      else if (waits) queue.put(toMessage());
    },
    cancel: (): void => {
      if (!isEditing) queue.cancel();
    },
  };
};
