import type { TimelineMessage } from '@boltorezka/sdk';

/** What is written is an answer, or takes the place of what was written before. */
export interface Composing {
  kind: 'reply' | 'edit';
  message: TimelineMessage;
}

/** The last message of mine that can still be edited. */
export const findLastOwn = (messages: readonly TimelineMessage[], meId: string): TimelineMessage | null =>
  messages.findLast(
    ({ userId, status, isDeleted, text }) =>
      userId === meId && status === 'sent' && !isDeleted && text !== '',
  ) ?? null;
