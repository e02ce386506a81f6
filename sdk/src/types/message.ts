import type {
  AppError,
  Attachment,
  LinkPreview,
  Mention,
  Quotation,
  Reaction,
  ThreadSummary,
} from '@boltorezka/protocol';
import type { ChangeRequest } from './outbox.ts';

/**
 * Where a message is on its way: `waiting` it goes by itself as soon as it can (no connection, the room cannot be entered
 * yet, or the server asked for patience: see `retryAt`), `sending` it is being brought to the server, `failed` the
 * server would not take it: `retry(key)` or `discard(key)`.
 */
export type MessageStatus = 'waiting' | 'sending' | 'sent' | 'failed';

/** What I changed about a message of the room, until the room's log shows it. */
export interface MessageChange {
  kind: ChangeRequest['kind'];
  /**
   * `waiting` and `sending`: the message is shown as it will be. `failed`: it is shown as it was, and `error` says why;
   * `retry(key)` tries again, `discard(key)` lets it be.
   */
  status: 'waiting' | 'sending' | 'failed';
  error: AppError | null;
  /** Of an edit: what the text was to be. */
  text?: string;
}

/** A message as it is shown. An object that did not change stays the same object. */
export interface TimelineMessage {
  /** The same from sending to sent. */
  key: string;
  /** Null until the server has it. */
  id: string | null;
  userId: string;
  userName: string;
  /** Empty where the message was deleted, or holds attachments alone. */
  text: string;
  createdAt: string;
  /** The position in the room's log; null until the server has it. */
  seq: number | null;
  status: MessageStatus;
  /** Why it failed, or why it waits. */
  error: AppError | null;
  /** It failed for having waited too long: it is sent when its writer says so again. */
  isExpired: boolean;
  /** When a message that waits is tried again, in milliseconds since the epoch; null where that is not by the clock. */
  retryAt: number | null;
  editedAt: string | null;
  isDeleted: boolean;
  /** The message that this one answers, as it is now. */
  replyTo: Quotation | null;
  /** Of a message that has a thread. */
  thread: ThreadSummary | null;
  /** The message in whose thread this one was written; null in the room itself. */
  threadRootId: string | null;
  mentions: readonly Mention[];
  mentionsEveryone: boolean;
  /** I am named, or everyone is, by somebody else. */
  mentionsMe: boolean;
  attachments: readonly Attachment[];
  previews: readonly LinkPreview[];
  pinnedAt: string | null;
  reactions: readonly Reaction[];
  /** What I am changing about it; null where nothing is under way. */
  change: MessageChange | null;
}

export interface SendInput {
  /** May be blank where there are attachments. */
  text: string;
  /** The id of the message of the same room that this one answers. */
  replyTo?: string;
  /** Whom the text names, by id and as the text names them. */
  mentions?: readonly Mention[];
  mentionsEveryone?: boolean;
  /** What was uploaded to the room for it, in the order to be shown. */
  attachments?: readonly Attachment[];
  /** Write to the thread of this message. A thread's own `send` fills it in. */
  threadRootId?: string;
}

export interface RetryHow {
  /** Where what was uploaded for it is not there any more. */
  withoutAttachments?: boolean;
}

export interface EditInput {
  text: string;
  mentions?: readonly Mention[];
}
