import { hash } from 'node:crypto';
import type { ChatMessage, EventPayload, ReadState, ThreadSummary } from '@boltorezka/protocol';
import type { InboxAddition, Mark, PersonRead } from '../reads/index.ts';

/** A message on its way into the log. */
export interface NewMessage {
  id: string;
  roomId: string;
  userId: string;
  text: string;
  clientMessageId: string | undefined;
  replyTo?: string | undefined;
  threadRootId?: string | undefined;
  mentions?: string[] | undefined;
  mentionsEveryone?: boolean | undefined;
  attachmentIds?: string[] | undefined;
  /** Up to where its writer had seen the room, or the thread; undefined where they do not say: then they saw all of it. */
  seenSeq?: number | undefined;
  /** The log that `seenSeq` is a position of; undefined: the present one. */
  epoch?: string | undefined;
}

/** A room's counts, as its list shows them. */
export type RoomActivity = EventPayload<'lobby.activity'> & { isPublic: boolean };

/** What others are told of a message that was written. */
export interface MessageNews {
  /** Of a message in a thread: how that stands with it. */
  thread?: ThreadSummary;
  /** Of a message of the room's own. */
  activity?: RoomActivity;
  /** What its sender has read of the room, with it; of several messages the last one says so. */
  read?: Mark & { unreadMentionCount: number };
  /** What its sender has read of the thread, with it; of several replies the last one says so. */
  readOfThread?: { seq: number; unreadCount: number };
  /** Their mark of the room is held, or their inbox holds less of the thread now: how the room stands. */
  readOfRoom?: ReadState;
  /** How others' reading stands, where it is told anew. */
  reads?: PersonRead[];
  inbox: InboxAddition[];
  /** It is the first of a room of two: the other one learns by it that there is one. */
  beginsDirect?: boolean;
  /** Whose list the room of two is in again, which they had closed. */
  reopenedFor?: string[];
}

/** What became of one: written, or found to be a retry of an earlier one. Of that of its own group nothing is told. */
export interface Written {
  message: ChatMessage;
  isRetry: boolean;
  news?: MessageNews;
}

/** A message with what a retry of it is found by. */
export type NamedMessage = NewMessage & { retryKey: string | undefined };

/**
 * The first 128 bits of a SHA-256 over room, person and name, as 32 hexadecimal digits; undefined for a message that its
 * sender did not name, and that cannot be told from another.
 */
export const withRetryKey = (message: NewMessage): NamedMessage => {
  const { roomId, userId, clientMessageId } = message;
  const retryKey =
    clientMessageId === undefined
      ? undefined
      : hash('sha256', `${roomId} ${userId} ${clientMessageId}`).slice(0, 32);
  return { ...message, retryKey };
};
