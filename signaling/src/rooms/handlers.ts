import { AppError, type ChatMessage, type RequestPayload, type VoiceParticipant } from '@boltorezka/protocol';
import type { Presence } from '../presence/index.ts';
import type { Connection } from '../ws/connection.ts';
import type { Handlers } from '../ws/context.ts';
import type { Attendance } from './attendance.ts';
import type { RequireInRoom } from './guard.ts';
import type { RoomRepository } from './repository.ts';

export interface RoomHandlerDeps {
  rooms: RoomRepository;
  requireInRoom: RequireInRoom;
  attendance: Attendance;
  presence: Presence;
  /** What was written or changed after a position, as it is now; undefined where that is more than one takes in one go. */
  changedAfter: (
    roomId: string,
    asked: { afterSeq: number; readerId: string },
  ) => Promise<ChatMessage[] | undefined>;
  voiceParticipants: (roomId: string) => VoiceParticipant[];
  speakingUserIds: (roomId: string) => string[];
  /** The room in whose voice this socket sits, if any. */
  voiceRoomOf: (connection: Connection) => string | undefined;
  leaveVoice: (connection: Connection) => void;
}

type JoinPayload = RequestPayload<'room.join'>;

/** All that was missed, or nothing and `recovered: false`; never a part. */
const replay = async (
  deps: RoomHandlerDeps,
  { roomId, readerId }: { roomId: string; readerId: string },
  { afterSeq, epoch }: JoinPayload,
): Promise<{ seq: number; epoch: string; recovered: boolean; missed: ChatMessage[] }> => {
  // Before what is missed: what is written between the two is in it, and comes as an event as well.
  const position = await deps.rooms.position(roomId);
  if (!position) throw new AppError('RoomNotFound', 'This room is gone.');
  const startOver = { ...position, recovered: false, missed: [] };
  if (afterSeq === undefined || epoch !== position.epoch || afterSeq > position.seq) return startOver;
  const missed = await deps.changedAfter(roomId, { afterSeq, readerId });
  return missed ? { ...position, recovered: true, missed } : startOver;
};

export const createRoomHandlers = (deps: RoomHandlerDeps) =>
  ({
    'room.join': async (context, payload) => {
      const { connection } = context;
      const { room, details, self } = await deps.requireInRoom(payload.roomSlug, context.userId, 'read');
      if (!payload.keepOthers) {
        const voiceRoomId = deps.voiceRoomOf(connection);
        for (const otherId of [...connection.rooms.keys()]) {
          if (otherId !== room.id && otherId !== voiceRoomId) deps.attendance.leave(connection, otherId);
        }
      }
      // Events flow, held back, before the snapshot is read: nothing falls between the two.
      await deps.attendance.enter(connection, room);
      return {
        roomId: room.id,
        roomSlug: room.slug,
        roomTitle: room.title,
        ...(await replay(deps, { roomId: room.id, readerId: context.userId }, payload)),
        members: deps.presence.members(room.id),
        voice: deps.voiceParticipants(room.id),
        speakingUserIds: deps.speakingUserIds(room.id),
        room: details,
        self,
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
