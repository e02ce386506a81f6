import type { ChatMessage } from '@boltorezka/protocol';
import type { ChangeEntry, ChangeRequest, MessageEntry, OutboxEntry } from '../types/outbox.ts';
import type { Connection } from '../types.ts';

/** What the server made of an entry. A change: where the log shows it; a server of an earlier build does not say. */
export type Sent = { message: ChatMessage } | { revision: number | undefined };

export const isChange = (entry: OutboxEntry): entry is ChangeEntry => entry.change !== undefined;

export const byOrder = (one: OutboxEntry, other: OutboxEntry): number => one.order - other.order;

/** The same list as long as nothing in it is another. */
export const sameOr = <T>(known: readonly T[], next: readonly T[]): readonly T[] =>
  next.length === known.length && next.every((one, index) => one === known[index]) ? known : next;

const idsOf = (mentions: readonly { userId: string }[]): string[] => mentions.map(({ userId }) => userId);

const toRequest = (entry: MessageEntry) => {
  const { key, roomSlug, text, replyTo, mentions, mentionsEveryone, attachments, threadRootId } = entry;
  const { seenSeq, epoch } = entry;
  return {
    roomSlug,
    clientMessageId: key,
    text,
    ...(replyTo !== undefined && { replyTo }),
    ...(mentions && mentions.length > 0 && { mentions: idsOf(mentions) }),
    ...(mentionsEveryone && { mentionsEveryone }),
    ...(attachments && attachments.length > 0 && { attachmentIds: attachments.map(({ id }) => id) }),
    ...(threadRootId !== undefined && { threadRootId }),
    ...(seenSeq !== undefined && { seenSeq }),
    ...(epoch !== undefined && { epoch }),
  };
};

const sendChange = (
  request: Connection['request'],
  change: ChangeRequest,
): Promise<{ revision?: number | undefined }> => {
  const { messageId } = change;
  switch (change.kind) {
    case 'edit':
      return request('chat.edit', { messageId, text: change.text, mentions: idsOf(change.mentions) });
    case 'delete':
      return request('chat.delete', { messageId });
    case 'react':
      return request('chat.react', { messageId, emoji: change.emoji, isSet: change.isSet });
    case 'pin':
      return request('chat.pin', { messageId, isPinned: change.isPinned });
    case 'dismissPreview':
      return request('chat.dismissPreview', { messageId, url: change.url });
    default:
      return change satisfies never;
  }
};

export const sendEntry = async (request: Connection['request'], entry: OutboxEntry): Promise<Sent> => {
  if (!isChange(entry)) return { message: await request('chat.send', toRequest(entry)) };
  const { revision } = await sendChange(request, entry.change);
  return { revision };
};

/** Of several things of one kind in a message, which one it is about. */
const partOf = (change: ChangeRequest): string => {
  if (change.kind === 'react') return change.emoji;
  return change.kind === 'dismissPreview' ? change.url : '';
};

/** Two changes that would be about the same thing: the later one makes up for the one that failed. */
const slotOf = (change: ChangeRequest): string => [change.messageId, change.kind, partOf(change)].join(' ');

export const isMadeUpForBy = (failed: OutboxEntry, next: OutboxEntry): boolean =>
  isChange(failed) &&
  isChange(next) &&
  failed.refusal !== null &&
  slotOf(failed.change) === slotOf(next.change);
