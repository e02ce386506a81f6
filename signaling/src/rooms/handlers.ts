import { AppError, type ChatMessage, type RequestPayload, type VoiceParticipant } from '@boltorezka/protocol';
import type { Presence } from '../presence/index.ts';
import type { Connection } from '../ws/connection.ts';
import type { Handlers, RequestContext } from '../ws/context.ts';
import type { Attendance } from './attendance.ts';
import { createNoRoomError, type RequireInRoom, type RoomForUser } from './guard.ts';

export interface RoomHandlerDeps {
  requireInRoom: RequireInRoom;
  attendance: Attendance;
  presence: Presence;
  /** What was written or changed after a position, as it is now; undefined where that is more than one takes in one go. */
  changedAfter: (
    roomId: string,
    asked: { afterSeq: number; readerId: string },
  ) => Promise<ChatMessage[] | undefined>;
  /** A socket here is shown the room as it is at this position. */
  onSnapshot: (roomId: string, position: { seq: number; epoch: string }) => void;
  voiceParticipants: (roomId: string) => VoiceParticipant[];
  speakingUserIds: (roomId: string) => string[];
  /** The room in whose voice this socket sits, if any. */
  voiceRoomOf: (connection: Connection) => string | undefined;
  leaveVoice: (connection: Connection) => void;
}

type JoinPayload = RequestPayload<'room.join'>;

/** All that was missed, or nothing and `recovered: false`; never a part. */
const replay = async (
  { deps, readerId }: { deps: RoomHandlerDeps; readerId: string },
  { room, position }: RoomForUser,
  { afterSeq, epoch }: JoinPayload,
): Promise<{ seq: number; epoch: string; recovered: boolean; missed: ChatMessage[] }> => {
  const startOver = { ...position, recovered: false, missed: [] };
  if (afterSeq === undefined || epoch !== position.epoch || afterSeq > position.seq) return startOver;
  // Read after the position: what is written between the two is in it, and comes as an event as well.
  const missed = await deps.changedAfter(room.id, { afterSeq, readerId });
  return missed ? { ...position, recovered: true, missed } : startOver;
};

/**
 * Events flow, held back, before the snapshot is read: nothing falls between the two. That the person may read the room is
 * asked again then: what was taken from them before they were in it could not be taken from this socket.
 */
const enter = async (
  { requireInRoom, attendance }: RoomHandlerDeps,
  { connection, userId }: RequestContext,
  roomSlug: string,
): Promise<RoomForUser> => {
  const { room } = await requireInRoom(roomSlug, userId, 'read');
  const wasIn = connection.rooms.has(room.id);
  await attendance.enter(connection, room);
  try {
    return await requireInRoom(roomSlug, userId, 'read');
  } catch (error) {
    if (!wasIn) attendance.leave(connection, room.id);
    throw error;
  }
};

export const createRoomHandlers = (deps: RoomHandlerDeps) =>
  ({
    'room.join': async (context, payload) => {
      const { connection } = context;
      const found = await enter(deps, context, payload.roomSlug);
      const { room } = found;
      if (!payload.keepOthers) {
        const voiceRoomId = deps.voiceRoomOf(connection);
        for (const otherId of [...connection.rooms.keys()]) {
          if (otherId !== room.id && otherId !== voiceRoomId) deps.attendance.leave(connection, otherId);
        }
      }
      const replayed = await replay({ deps, readerId: context.userId }, found, payload);
      // Taken out while the snapshot was read: `room.removed` has been told, and this must not undo it.
      if (!connection.rooms.has(room.id)) throw createNoRoomError(room.slug);
      deps.onSnapshot(room.id, replayed);
      return {
        roomId: room.id,
        roomSlug: room.slug,
        roomTitle: room.title,
        ...replayed,
        members: deps.presence.members(room.id),
        voice: deps.voiceParticipants(room.id),
        speakingUserIds: deps.speakingUserIds(room.id),
        room: found.details,
        self: found.self,
      };
    },

    'room.leave': async ({ connection }, { roomSlug }) => {
      const entry = [...connection.rooms].find(([, { slug }]) => slug === roomSlug);
      if (!entry) throw new AppError('NotFound', `This socket is not in "${roomSlug}".`);
      if (deps.voiceRoomOf(connection) === entry[0]) deps.leaveVoice(connection);
      deps.attendance.leave(connection, entry[0]);
      return { roomSlug };
    },
  }) satisfies Partial<Handlers>;
