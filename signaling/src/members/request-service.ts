import { AppError, type GrantedRole, type JoinRequest, type RoomDoor } from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import type { TellWaiting } from '../moderation/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import {
  assertMay,
  createNoRoomError,
  findRoom,
  isHidden,
  lockRoom,
  type RequireInRoom,
  type RoomForUser,
  requireLocked,
} from '../rooms/index.ts';
import { admit, type MemberNews, type TellMembers } from './news.ts';
import { mayGive } from './policy.ts';
import { deleteRequest, selectDoor, selectRequests, upsertRequest } from './request-repository.ts';
import type { MemberAsked } from './service.ts';
import { requireTarget } from './target.ts';

export interface RequestServiceDeps {
  db: Database;
  tell: TellMembers;
  tellWaiting: TellWaiting;
  requireInRoom: RequireInRoom;
}

/** More wait at no moment to be shown. */
const maxShown = 100;

interface OwnAsked {
  slug: string;
  userId: string;
}

const createNoRequestError = () => new AppError('NotFound', 'This person does not ask to be let in.');

/**
 * The room that somebody may ask to be let in to: a private one that answers strangers.
 * @throws AppError `RoomNotFound`, `Forbidden`, `Conflict`.
 */
const findClosedRoom = async (tx: Queryable, { slug, userId }: OwnAsked): Promise<RoomForUser> => {
  const found = await findRoom(tx, { slug, userId });
  if (!found) throw createNoRoomError(slug);
  if (found.standing === 'banned') throw createNoRoomError(slug);
  if (found.standing !== 'stranger') throw new AppError('Conflict', 'You may enter this room already.');
  if (isHidden(found)) throw createNoRoomError(slug);
  return found;
};

const ask = (
  { db }: RequestServiceDeps,
  asked: OwnAsked,
  text: string,
): Promise<{ roomId: string; isNew: boolean }> =>
  db.transaction(async (tx) => {
    await lockRoom(tx, { slug: asked.slug });
    const { room } = await findClosedRoom(tx, asked);
    const isNew = await upsertRequest(tx, { roomId: room.id, userId: asked.userId, text });
    return { roomId: room.id, isNew };
  });

const decide = (
  { db }: RequestServiceDeps,
  asked: MemberAsked,
  { accept, role }: { accept: boolean; role: GrantedRole },
): Promise<MemberNews> =>
  db.transaction(async (tx) => {
    const { slug, actorId, userId } = asked;
    const room = await requireLocked(tx, { slug, userId: actorId, action: 'decideRequests' });
    // An archive takes nobody in; asking it is still answered.
    if (accept) assertMay(room, 'invite');
    if (accept && !mayGive(room.standing, role)) {
      throw new AppError('Forbidden', 'Your role in this room does not allow that; ask one of its owners.');
    }
    if (!(await deleteRequest(tx, { roomId: room.room.id, userId }))) throw createNoRequestError();
    const record = { roomId: room.room.id, actorId, targetUserId: userId };
    const action = accept ? 'request.accept' : 'request.decline';
    await recordAudit(tx, { ...record, action, details: accept ? { role } : {} });
    if (!accept) return { waitingRoomId: room.room.id, declined: { userId, room: room.details } };
    const target = await requireTarget(tx, room, userId);
    if (target.isBannedFromServer || target.isBanned) throw createNoRequestError();
    const news = target.role === null ? await admit(tx, { room: room.details, userId, role }) : {};
    return { ...news, waitingRoomId: room.room.id };
  });

/** A hidden room is as if there were none, also for who was banned from it. */
const look = async ({ db }: RequestServiceDeps, asked: OwnAsked): Promise<RoomDoor> => {
  const found = await findRoom(db, asked);
  if (!found || (!found.may('read') && isHidden(found))) throw createNoRoomError(asked.slug);
  const row = await selectDoor(db, { roomId: found.room.id, userId: asked.userId });
  const isOpen = found.may('read');
  return {
    room_title: found.room.title,
    // Whoever was sent out reads nothing that is written there.
    topic: found.standing === 'banned' ? '' : found.details.topic,
    standing: isOpen ? 'open' : found.standing === 'banned' ? 'banned' : 'closed',
    request: row?.asked_at ? { text: row.text ?? '', created_at: row.asked_at.toISOString() } : null,
    ban:
      row && row.reason !== null
        ? { reason: row.reason, expires_at: row.expires_at?.toISOString() ?? null }
        : null,
  };
};

/** Who asks to be let in to a private room, and who decides. */
export const createRequestService = (deps: RequestServiceDeps) => ({
  /** What stands at the door. @throws AppError `RoomNotFound`. */
  look: (asked: OwnAsked): Promise<RoomDoor> => look(deps, asked),

  /** @throws AppError `RoomNotFound`; `Conflict` where the person may enter already; `Forbidden` who is banned. */
  ask: async (asked: OwnAsked, text: string): Promise<void> => {
    const { roomId, isNew } = await ask(deps, asked, text);
    if (isNew) deps.tellWaiting(roomId);
  },

  /** @throws AppError `RoomNotFound` where the person could not have asked. */
  withdraw: async (asked: OwnAsked): Promise<void> => {
    const found = await findRoom(deps.db, asked);
    if (!found) throw createNoRoomError(asked.slug);
    const roomId = found.room.id;
    if (await deleteRequest(deps.db, { roomId, userId: asked.userId })) return deps.tellWaiting(roomId);
    const isNone = found.standing === 'banned' || (!found.may('read') && isHidden(found));
    if (isNone) throw createNoRoomError(asked.slug);
  },

  /** @throws AppError `RoomNotFound`, `Forbidden`. */
  list: async ({ slug, userId }: OwnAsked): Promise<JoinRequest[]> => {
    const { room } = await deps.requireInRoom(slug, userId, 'decideRequests');
    return selectRequests(deps.db, room.id, maxShown);
  },

  /** @throws AppError `RoomNotFound`, `Forbidden`; `NotFound` where the person does not ask. */
  decide: async (asked: MemberAsked, decision: { accept: boolean; role: GrantedRole }): Promise<void> =>
    deps.tell(await decide(deps, asked, decision)),
});

export type RequestService = ReturnType<typeof createRequestService>;
