import type { EventPayload, NotifyLevel, Room, RoomDetails } from '@boltorezka/protocol';
import type { RoomEntry } from '../types/rooms.ts';

const member = (person: { user_id: string; user_name: string } | null | undefined) =>
  person ? { userId: person.user_id, userName: person.user_name } : null;

/** What is unread is a difference of two counts, which threads are not among. */
export const unreadOf = (messageCount: number, readCount: number): number =>
  Math.max(0, messageCount - readCount);

/** As the server has it: of all that one person writes to me, else of what names me. */
export const defaultNotify = (kind: Room['kind']): NotifyLevel => (kind === 'direct' ? 'all' : 'mentions');

/** A room of REST; servers of an earlier build say only the first five of these. */
export const toRoomEntry = (room: Room): RoomEntry => ({
  id: room.id,
  slug: room.slug,
  title: room.title,
  isPublic: room.is_public,
  createdAt: room.created_at,
  kind: room.kind ?? 'room',
  topic: room.topic ?? '',
  category: room.category ?? null,
  position: room.position ?? 0,
  slowModeS: room.slow_mode_s ?? 0,
  acceptsRequests: room.accepts_requests ?? false,
  archivedAt: room.archived_at ?? null,
  myRole: room.my_role ?? null,
  lastMessageAt: room.last_message_at ?? null,
  messageCount: room.message_count ?? 0,
  readSeq: room.read?.seq ?? null,
  unreadCount: unreadOf(room.message_count ?? 0, room.read?.message_count ?? 0),
  mentionCount: room.unread_mention_count ?? 0,
  notify: room.notify ?? defaultNotify(room.kind),
  directWith: member(room.direct_with),
  isClosed: room.is_closed ?? false,
  blockedCount: 0,
});

/** A room that was just announced: what is only mine of it is not known yet. */
export const fromCreated = (payload: EventPayload<'room.created'>): RoomEntry => ({
  ...toRoomEntry({
    id: payload.roomId,
    slug: payload.roomSlug,
    title: payload.roomTitle,
    is_public: payload.isPublic,
    created_at: payload.createdAt,
    kind: payload.kind,
  }),
  directWith: payload.directWith ?? null,
  kind: payload.kind ?? 'room',
  topic: payload.topic ?? '',
  category: payload.category ?? null,
  position: payload.position ?? 0,
  slowModeS: payload.slowModeS ?? 0,
  acceptsRequests: payload.acceptsRequests ?? false,
  archivedAt: payload.archivedAt ?? null,
});

/** What everybody sees of it is as the event says; what is only mine stays. */
export const withDetails = (entry: RoomEntry, details: RoomDetails): RoomEntry => ({
  ...entry,
  slug: details.roomSlug,
  title: details.roomTitle,
  isPublic: details.isPublic,
  kind: details.kind,
  topic: details.topic,
  category: details.category,
  position: details.position,
  slowModeS: details.slowModeS,
  acceptsRequests: details.acceptsRequests,
  archivedAt: details.archivedAt,
});
