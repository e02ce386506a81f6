import type { AppError, Quotation } from '@boltorezka/protocol';
import type { RetryHow, SendInput } from '../types/message.ts';
import type { ChangeEntry, ChangeRequest, Seen } from '../types/outbox.ts';
import type { RoomOutbox } from './room-outbox.ts';

export interface Sending {
  /** What is to be shown of the message that it answers, where that is known. */
  quotation: Quotation | null;
  /** Undefined of a client that never says what is read. */
  seen: Seen | undefined;
  /** It is kept, or the server has it: closing the page loses nothing. */
  onKept?: (() => void) | undefined;
}

/** What somebody wants of the server. */
export type Written = (SendInput & Partial<Seen> & { quotation?: Quotation }) | Pick<ChangeEntry, 'change'>;

/** The outbox as one room sees it. */
export interface RoomPost {
  send(input: SendInput, how: Sending): void;
  retry(key: string, how?: RetryHow): boolean;
  discard(key: string): boolean;
  pending: RoomOutbox['pending'];
  /** Changes a message that is there. */
  change(change: ChangeRequest, onKept?: () => void): void;
  changes: RoomOutbox['changes'];
  retryChanges(messageId: string): void;
  discardChanges: RoomOutbox['discardChanges'];
  handleArrived: RoomOutbox['handleArrived'];
  /** Whether what waits can go out. */
  setJoined(isJoined: boolean): void;
  /** The room takes messages sooner than it said, or may do so. */
  hurry: RoomOutbox['hurry'];
  /** The room cannot be entered. */
  handleRefused(error: AppError): void;
  detach(): void;
}

export interface PostHost {
  put(what: Written, onKept?: () => void): void;
  takeTurn(): void;
  isTurn(): boolean;
  setJoined(isJoined: boolean): void;
}

export const createRoomPost = (outbox: RoomOutbox, host: PostHost): RoomPost => {
  const has = (key: string) => outbox.pending().some((message) => message.key === key);
  return {
    send: (input, { quotation, seen, onKept }) =>
      host.put({ ...input, ...(quotation && { quotation }), ...seen }, onKept),
    retry: (key, how) => {
      if (!has(key)) return false;
      host.takeTurn();
      outbox.retry(key, how);
      return true;
    },
    discard: (key) => {
      if (!has(key)) return false;
      outbox.discard(key);
      return true;
    },
    change: (change, onKept) => host.put({ change }, onKept),
    changes: () => outbox.changes(),
    retryChanges: (messageId) => {
      host.takeTurn();
      outbox.retryChanges(messageId);
    },
    discardChanges: (messageId) => outbox.discardChanges(messageId),
    pending: () => outbox.pending(),
    handleArrived: (keys) => outbox.handleArrived(keys),
    setJoined: (isJoined) => host.setJoined(isJoined),
    hurry: () => outbox.hurry(),
    handleRefused: (error) => {
      if (host.isTurn()) outbox.refuseAll(error);
      host.setJoined(false);
    },
    detach: () => {
      outbox.setListener(null);
      host.setJoined(false);
    },
  };
};
