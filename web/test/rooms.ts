import type { RoomEntry } from '@boltorezka/sdk';

/** A room in the list. */
export const roomEntry = (fields: Partial<RoomEntry> = {}): RoomEntry => {
  const { slug = 'design' } = fields;
  return {
    id: slug,
    slug,
    title: slug,
    isPublic: true,
    createdAt: '2026-01-01T12:00:00.000Z',
    kind: 'room',
    topic: '',
    category: null,
    position: 0,
    slowModeS: 0,
    acceptsRequests: false,
    archivedAt: null,
    myRole: 'member',
    lastMessageAt: null,
    messageCount: 0,
    readSeq: 1,
    unreadCount: 0,
    mentionCount: 0,
    notify: 'all',
    directWith: null,
    isClosed: false,
    blockedCount: 0,
    ...fields,
  };
};
