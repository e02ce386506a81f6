import type { TimelineMessage } from '@boltorezka/sdk';

/** A message that the server has. */
export const sentMessage = (fields: Partial<TimelineMessage> = {}): TimelineMessage => {
  const { key = 'a', userId = 'anna' } = fields;
  return {
    key,
    id: key,
    userId,
    userName: userId,
    text: key,
    createdAt: '2026-01-31T12:00:00.000Z',
    seq: 1,
    status: 'sent',
    error: null,
    isExpired: false,
    retryAt: null,
    editedAt: null,
    isDeleted: false,
    replyTo: null,
    thread: null,
    threadRootId: null,
    mentions: [],
    mentionsEveryone: false,
    mentionsMe: false,
    attachments: [],
    previews: [],
    pinnedAt: null,
    reactions: [],
    change: null,
    ...fields,
  };
};
