import { type EditDraft, limits, type Quotation, type TimelineMessage } from '@boltorezka/sdk';

/** What an answer shows of the message that it is to. */
type Answered = Pick<TimelineMessage, 'id' | 'userId' | 'userName' | 'text' | 'isDeleted'>;

type Edited = EditDraft['message'] & { isDeleted: boolean };

/**
 * What is written is an answer, or takes the place of what was written before. `isFound`: another page of the browser has begun
 * it, and it does not call for the hand here.
 */
export type Composing =
  | { kind: 'reply'; message: Answered; isFound?: boolean }
  | { kind: 'edit'; message: Edited };

/** The last message of mine that can still be edited: files alone can be given words. */
export const findLastOwn = (messages: readonly TimelineMessage[], meId: string): TimelineMessage | null =>
  messages.findLast(({ userId, status, isDeleted }) => userId === meId && status === 'sent' && !isDeleted) ??
  null;

export const laterOf = (one: string | null, other: string | null): string | null =>
  one !== null && (other === null || one > other) ? one : other;

/** When a message that the server has told to wait will be written; null where there is none. */
export const nextOwnAt = (messages: readonly TimelineMessage[]): string | null => {
  const told = messages.findLast(
    ({ status, error }) => status === 'waiting' && error?.code === 'RateLimited',
  );
  return told?.retryAt ? new Date(told.retryAt).toISOString() : null;
};

interface Writer {
  meId: string;
  slowModeS: number;
}

/**
 * When I wrote last, whatever became of it. It may have been long ago, or elsewhere: how long a message is to wait for slow
 * mode tells it as well.
 */
export const lastOwnAt = (
  messages: readonly TimelineMessage[],
  { meId, slowModeS }: Writer,
): string | null => {
  const own = messages.findLast(({ userId, status }) => userId === meId && status === 'sent');
  const next = slowModeS > 0 ? nextOwnAt(messages) : null;
  const before = next && new Date(Date.parse(next) - slowModeS * 1000).toISOString();
  return laterOf(own?.createdAt ?? null, before);
};

/** As a draft keeps what it answers; null of a message that the server does not have. */
export const toQuotation = (message: TimelineMessage): Quotation | null => {
  const { id, seq, userId, userName, isDeleted } = message;
  if (id === null || seq === null) return null;
  const text = [...message.text].slice(0, limits.maxExcerptLength).join('');
  return { messageId: id, seq, userId, userName, text, isDeleted };
};

export const fromQuotation = ({
  messageId,
  userId,
  userName,
  text,
  isDeleted,
}: Quotation): Composing & { kind: 'reply' } => ({
  kind: 'reply',
  message: { id: messageId, userId, userName, text, isDeleted },
});

/** A message to be written anew; null of one that the server does not have. */
export const toEdited = ({ id, userName, text, mentions }: TimelineMessage): EditDraft['message'] | null =>
  id === null ? null : { id, userName, text, mentions };
