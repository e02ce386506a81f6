import { AppError, type ChatMessage } from '@boltorezka/protocol';
import type { TimelineMessage } from '../types/message.ts';
import type { MessageEntry } from '../types/outbox.ts';

/** Others choose their `clientMessageId` freely, also one of ours: only our own may be a key. */
export const keyOf = (message: ChatMessage, selfUserId: string | null): string =>
  message.userId === selfUserId && message.clientMessageId !== undefined
    ? message.clientMessageId
    : message.id;

/** One list for all that have none, so that what compares by reference finds no difference. */
const none: readonly never[] = [];

const namesMe = (message: ChatMessage, selfUserId: string | null): boolean =>
  message.userId !== selfUserId &&
  ((message.mentionsEveryone ?? false) ||
    (message.mentions ?? none).some(({ userId }) => userId === selfUserId));

/** A message that the server has, as it is shown. */
export const toTimelineMessage = (message: ChatMessage, selfUserId: string | null): TimelineMessage => ({
  key: keyOf(message, selfUserId),
  id: message.id,
  userId: message.userId,
  userName: message.userName,
  text: message.text,
  createdAt: message.createdAt,
  seq: message.seq,
  status: 'sent',
  error: null,
  isExpired: false,
  retryAt: null,
  editedAt: message.editedAt ?? null,
  isDeleted: message.deletedAt !== undefined,
  replyTo: message.replyTo ?? null,
  thread: message.thread ?? null,
  threadRootId: message.threadRootId ?? null,
  mentions: message.mentions ?? none,
  mentionsEveryone: message.mentionsEveryone ?? false,
  mentionsMe: namesMe(message, selfUserId),
  attachments: message.attachments ?? none,
  previews: message.previews ?? none,
  pinnedAt: message.pinnedAt ?? null,
  reactions: message.reactions ?? none,
  change: null,
});

/** A message that waits in the outbox, as it is shown to its writer. */
export const fromOutbox = (entry: MessageEntry, userName: string): TimelineMessage => ({
  key: entry.key,
  id: null,
  userId: entry.userId,
  userName,
  text: entry.text,
  createdAt: entry.createdAt,
  seq: null,
  status: entry.refusal ? 'failed' : 'waiting',
  error: entry.refusal && new AppError(entry.refusal.code, entry.refusal.message),
  isExpired: entry.isExpired ?? false,
  retryAt: null,
  editedAt: null,
  isDeleted: false,
  replyTo: entry.quotation ?? null,
  thread: null,
  threadRootId: entry.threadRootId ?? null,
  mentions: entry.mentions ?? none,
  mentionsEveryone: entry.mentionsEveryone ?? false,
  mentionsMe: false,
  attachments: entry.attachments ?? none,
  previews: none,
  pinnedAt: null,
  reactions: none,
  change: null,
});
