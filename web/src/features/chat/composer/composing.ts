import { type EditDraft, limits, type Quotation, type TimelineMessage } from '@boltorezka/sdk';

/** What an answer shows of the message that it is to. */
type Answered = Pick<TimelineMessage, 'id' | 'userId' | 'userName' | 'text' | 'isDeleted'>;

type Edited = EditDraft['message'] & { isDeleted: boolean };

/** What is written is an answer, or takes the place of what was written before. */
export type Composing = { kind: 'reply'; message: Answered } | { kind: 'edit'; message: Edited };

/** The last message of mine that can still be edited: files alone can be given words. */
export const findLastOwn = (messages: readonly TimelineMessage[], meId: string): TimelineMessage | null =>
  messages.findLast(({ userId, status, isDeleted }) => userId === meId && status === 'sent' && !isDeleted) ??
  null;

/** When I wrote last, whatever became of it. */
export const lastOwnAt = (messages: readonly TimelineMessage[], meId: string): string | null =>
  messages.findLast(({ userId, status }) => userId === meId && status === 'sent')?.createdAt ?? null;

/** As a draft keeps what it answers; null of a message that the server does not have. */
export const toQuotation = (message: TimelineMessage): Quotation | null => {
  const { id, seq, userId, userName, isDeleted } = message;
  if (id === null || seq === null) return null;
  const text = [...message.text].slice(0, limits.maxExcerptLength).join('');
  return { messageId: id, seq, userId, userName, text, isDeleted };
};

export const fromQuotation = ({ messageId, userId, userName, text, isDeleted }: Quotation): Composing => ({
  kind: 'reply',
  message: { id: messageId, userId, userName, text, isDeleted },
});

/** A message to be written anew; null of one that the server does not have. */
export const toEdited = ({ id, userName, text, mentions }: TimelineMessage): EditDraft['message'] | null =>
  id === null ? null : { id, userName, text, mentions };
