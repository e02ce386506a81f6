import type { TimelineMessage } from '@boltorezka/sdk';

/** What is written is an answer, or takes the place of what was written before. */
export interface Composing {
  kind: 'reply' | 'edit';
  message: TimelineMessage;
}

/** The last message of mine that can still be edited: files alone can be given words. */
export const findLastOwn = (messages: readonly TimelineMessage[], meId: string): TimelineMessage | null =>
  messages.findLast(({ userId, status, isDeleted }) => userId === meId && status === 'sent' && !isDeleted) ??
  null;

/** When I wrote last, whatever became of it. */
export const lastOwnAt = (messages: readonly TimelineMessage[], meId: string): string | null =>
  messages.findLast(({ userId, status }) => userId === meId && status === 'sent')?.createdAt ?? null;
