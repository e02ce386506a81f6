import type { RoomDetails } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import type { Waiting } from '../moderation/index.ts';
import type { Queryable } from '../platform/db.ts';
import { insertFirstMark, type RoomNews } from '../rooms/index.ts';
import { type MemberChange, takeMemberPosition, upsertMember } from './repository.ts';
import { deleteRequest } from './request-repository.ts';
import { createNoPersonError } from './target.ts';

/** What is told after the commit. */
export interface MemberNews {
  changed?: MemberChange;
  /** May enter the room from now on. */
  gained?: { userId: string; room: RoomDetails };
  /** Is not let in to the room that they have asked. */
  declined?: { userId: string; room: RoomDetails };
  /** A room in which fewer, or more, wait to be let in. */
  waitingRoomId?: string | undefined;
  /** Administers the server from now on. */
  administratorId?: string;
}

export type TellMembers = (news: MemberNews) => void;

export interface TellMembersDeps {
  news: RoomNews;
  waiting: Pick<Waiting, 'tellRoom' | 'tellServer' | 'tellPerson'>;
}

export const createTellMembers =
  ({ news, waiting }: TellMembersDeps): TellMembers =>
  ({ changed, gained, declined, waitingRoomId, administratorId }) => {
    if (declined) news.declined(declined.userId, declined.room);
    if (gained) news.gained(gained.userId, gained.room);
    if (changed) news.memberChanged(changed);
    if (waitingRoomId !== undefined) waiting.tellRoom(waitingRoomId);
    if (administratorId === undefined) return;
    waiting.tellServer();
    waiting.tellPerson(administratorId);
  };

/** Whose ban has ended: they are again what they were. The caller has locked the room, and deleted the ban. */
export const readmit = async (
  tx: Queryable,
  { room, userId, lastingRole }: { room: RoomDetails; userId: string; lastingRole: MemberChange['role'] },
): Promise<MemberNews> => {
  const place = { roomId: room.roomId, userId };
  // A private room that they did not belong to is open to them only when somebody lets them in.
  const isOpen = room.isPublic || lastingRole !== null;
  await notifyAccessChange(tx, { kind: 'banLifted', ...place });
  if (isOpen && !room.isPublic) await notifyAccessChange(tx, { kind: 'roomGained', ...place });
  return {
    changed: await takeMemberPosition(tx, { ...place, change: 'unbanned' }),
    ...(isOpen ? { gained: { userId, room } } : {}),
  };
};

/** Lets somebody in who does not belong to the room yet; the caller has locked it. */
export const admit = async (
  tx: Queryable,
  { room, userId, role }: { room: RoomDetails; userId: string; role: MemberChange['role'] & string },
): Promise<MemberNews> => {
  const place = { roomId: room.roomId, userId };
  if (!(await upsertMember(tx, { ...place, role }))) throw createNoPersonError();
  const hadAsked = await deleteRequest(tx, place);
  if (!room.isPublic) await insertFirstMark(tx, place);
  if (!room.isPublic) await notifyAccessChange(tx, { kind: 'roomGained', ...place });
  return {
    changed: await takeMemberPosition(tx, { ...place, change: 'joined' }),
    ...(room.isPublic ? {} : { gained: { userId, room } }),
    ...(hadAsked ? { waitingRoomId: room.roomId } : {}),
  };
};
