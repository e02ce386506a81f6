import { AppError, type MemberRole, type RoomMember, rankOf } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { assertMay, requireLocked } from '../rooms/index.ts';
import { admit, type MemberNews, type TellMembers } from './news.ts';
import { isLessThanNobody, maySetRole } from './policy.ts';
import { deleteMember, selectMember, takeMemberPosition } from './repository.ts';
import { freeOwner, giveRole } from './role.ts';
import {
  assertNotLastOwner,
  assertOutranks,
  createNoPersonError,
  type Found,
  requireTarget,
} from './target.ts';

export interface MemberServiceDeps {
  db: Database;
  tell: TellMembers;
  /** Takes back what somebody has invited to a room with; only to one role where that is named. */
  revokeInvitations: (
    tx: Queryable,
    made: { roomId: string; byUserId: string; role?: MemberRole },
  ) => Promise<void>;
}

/** Who does it, where, and to whom. */
export interface MemberAsked {
  slug: string;
  actorId: string;
  userId: string;
}

const createStayingGuestError = () =>
  new AppError('Forbidden', 'A guest of a public room stays one until a moderator gives them another role.');

/** The room, locked, and who is named; oneself needs no rank for what one may do to oneself. */
const find = async (tx: Queryable, { slug, actorId, userId }: MemberAsked): Promise<Found> => {
  const room = await requireLocked(tx, { slug, userId: actorId, action: 'read' });
  const isOwnPlace = userId === actorId && room.role !== null && room.facts.kind === 'room';
  if (!isOwnPlace) assertMay(room, 'manageMembers');
  return { tx, room, target: await requireTarget(tx, room, userId) };
};

/** Who may give less may not have it given by what they made before. */
const withdrawInvitations = async (
  { revokeInvitations }: MemberServiceDeps,
  { tx, room, target }: Found,
  role: MemberRole,
): Promise<void> => {
  if (target.role === null || rankOf(role) >= rankOf(target.role)) return;
  const made = { roomId: room.room.id, byUserId: target.userId };
  await revokeInvitations(tx, role === 'guest' ? made : { ...made, role: 'moderator' });
};

const changeRole = async (deps: MemberServiceDeps, found: Found, role: MemberRole): Promise<MemberNews> => {
  const { tx, room, target } = found;
  if (role !== 'owner') await assertNotLastOwner(found);
  const place = { roomId: room.room.id, userId: target.userId };
  const changed = await giveRole(tx, { ...place, role });
  await withdrawInvitations(deps, found, role);
  return { changed };
};

const letIn = async ({ tx, room, target }: Found, role: MemberRole): Promise<MemberNews> => {
  // An archive takes nobody in, by whatever door.
  assertMay(room, 'invite');
  if (target.isBannedFromServer) throw createNoPersonError();
  if (target.isBanned) {
    throw new AppError('Conflict', 'This person is banned from the room; lift the ban first.');
  }
  if (role === 'owner') await freeOwner(tx, { roomId: room.room.id, userId: target.userId });
  return admit(tx, { room: room.details, userId: target.userId, role });
};

const setRole = (
  deps: MemberServiceDeps,
  asked: MemberAsked,
  role: MemberRole,
): Promise<{ news: MemberNews; member: RoomMember }> =>
  deps.db.transaction(async (tx) => {
    const found = await find(tx, asked);
    const { room, target } = found;
    const isSelf = asked.userId === asked.actorId;
    if (!maySetRole({ actor: room.standing, target: target.standing, role, isSelf })) {
      throw new AppError('Forbidden', 'Your role in this room does not allow that; ask one of its owners.');
    }
    const place = { roomId: room.room.id, userId: asked.userId };
    let news: MemberNews = {};
    if (target.role === null) news = await letIn(found, role);
    else if (target.role !== role) news = await changeRole(deps, found, role);
    if (news.changed) {
      const action = target.role === null ? 'member.add' : 'member.role';
      const record = { roomId: place.roomId, actorId: asked.actorId, targetUserId: asked.userId };
      await recordAudit(tx, { ...record, action, details: { role } });
    }
    const member = await selectMember(tx, place);
    if (!member) throw createNoPersonError();
    return { news, member };
  });

/** Also somebody who is in a public room without belonging to it. */
const remove = (deps: MemberServiceDeps, asked: MemberAsked): Promise<MemberNews> =>
  deps.db.transaction(async (tx) => {
    const found = await find(tx, asked);
    const { room, target } = found;
    const isSelf = asked.userId === asked.actorId;
    if (!isSelf) assertOutranks(room.standing, target.standing);
    // Who is banned is out already, and is what they were once the ban ends.
    const mayBeThere = target.role !== null || (room.facts.isPublic && !isSelf && !target.isBanned);
    if (!mayBeThere) throw createNoPersonError();
    const staysGuest = isLessThanNobody(room.facts, target.role);
    if (isSelf && staysGuest) throw createStayingGuestError();
    await assertNotLastOwner(found);
    const place = { roomId: room.room.id, userId: asked.userId };
    if (!staysGuest) await deleteMember(tx, place);
    const reason = isSelf ? ('left' as const) : ('kicked' as const);
    // Nobody comes back by what they made before, and nobody else comes in by it.
    await deps.revokeInvitations(tx, { roomId: place.roomId, byUserId: asked.userId });
    if (!isSelf) {
      const record = { roomId: place.roomId, actorId: asked.actorId, targetUserId: asked.userId };
      await recordAudit(tx, { ...record, action: 'member.remove', details: {} });
    }
    await notifyAccessChange(tx, { kind: 'roomLost', ...place, roomSlug: room.room.slug, reason });
    return { changed: await takeMemberPosition(tx, { ...place, change: reason }) };
  });

export const createMemberService = (deps: MemberServiceDeps) => ({
  /** @throws AppError `RoomNotFound`, `NotFound`, `Forbidden`; `Conflict` for the last owner and who is banned. */
  setRole: async (asked: MemberAsked, role: MemberRole): Promise<RoomMember> => {
    const { news, member } = await setRole(deps, asked, role);
    deps.tell(news);
    return member;
  },

  /** Sends somebody out, or leaves for good. @throws AppError as `setRole`. */
  remove: async (asked: MemberAsked): Promise<void> => deps.tell(await remove(deps, asked)),
});

export type MemberService = ReturnType<typeof createMemberService>;
