import { randomBytes } from 'node:crypto';
import {
  AppError,
  type CreateInvitationBody,
  type GrantedRole,
  type Invitation,
  type Room,
} from '@boltorezka/protocol';
import { recordAudit } from '../audit/index.ts';
import type { Page, TimeCursor } from '../http/cursor.ts';
import { admit, isLessThanNobody, type MemberNews, mayInviteAs, type TellMembers } from '../members/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { findRoom, lockRoom, type RequireInRoom, requireLocked, selectRoomFor } from '../rooms/index.ts';
import {
  countInvitations,
  insertInvitation,
  makeAdministrator,
  revokeInvitation,
  selectByCode,
  selectInvitations,
  selectPlace,
} from './repository.ts';
import { mayStillInvite, useInvitation } from './use-repository.ts';

export interface InvitationServiceDeps {
  db: Database;
  requireInRoom: RequireInRoom;
  tell: TellMembers;
}

/** 24 characters of a link, 144 bits. */
const codeBytes = 18;

/** Of one person for one room, at one time; and of the server. */
export const maxUsableInvitations = 100;

/** The same whatever is wrong with the code. */
const createNoInvitationError = () =>
  new AppError('NotFound', 'This invitation does not work: it has ended, or never was. Ask for a new one.');

const make = (
  { db }: InvitationServiceDeps,
  { slug, userId }: { slug: string; userId: string },
  body: CreateInvitationBody,
): Promise<{ invitation: Invitation; code: string }> =>
  db.transaction(async (tx) => {
    const { room, standing } = await requireLocked(tx, { slug, userId, action: 'invite' });
    if (!mayInviteAs(standing, body.role)) {
      throw new AppError('Forbidden', 'Your role in this room does not allow that; ask one of its owners.');
    }
    if ((await countInvitations(tx, { roomId: room.id, byUserId: userId })) >= maxUsableInvitations) {
      throw new AppError(
        'RateLimited',
        `You have ${maxUsableInvitations} invitations that still work; take some back.`,
      );
    }
    const code = randomBytes(codeBytes).toString('base64url');
    const invitation = await insertInvitation(tx, {
      ...{ code, roomId: room.id, byUserId: userId, role: body.role },
      ...{ expiresInS: body.expires_in_s, maxUses: body.max_uses },
    });
    const { id, role, expires_at, max_uses } = invitation;
    const details = { invitation_id: id, role, expires_at, max_uses };
    await recordAudit(tx, { roomId: room.id, actorId: userId, action: 'invitation.create', details });
    return { invitation, code };
  });

/** Makes who has an account an administrator, where the invitation is to be one; a plain one opens only registration. */
const acceptToServer = async (tx: Queryable, code: string, userId: string): Promise<MemberNews> => {
  if (!(await makeAdministrator(tx, userId))) return {};
  const used = await useInvitation(tx, code, userId);
  if (!used?.makesAdministrator) throw createNoInvitationError();
  const record = { actorId: userId, targetUserId: userId };
  await recordAudit(tx, { ...record, action: 'administrator.add', details: { by: 'invitation' } });
  return { administratorId: userId };
};

const acceptToRoom = async (
  tx: Queryable,
  { code, userId, roomId, role }: { code: string; userId: string; roomId: string; role: GrantedRole },
) => {
  await lockRoom(tx, { roomId });
  const found = await findRoom(tx, { roomId, userId });
  if (!found || found.standing === 'banned') throw createNoInvitationError();
  const room = async () => (await selectRoomFor(tx, { roomId, userId })) ?? found.room;
  // Who belongs to it already, or may do more than it gives, uses up nothing and stays what they are.
  if (found.role !== null || isLessThanNobody(found.facts, role)) return { room: await room(), news: {} };
  const used = await useInvitation(tx, code, userId);
  if (!used) throw createNoInvitationError();
  const news = await admit(tx, { room: found.details, userId, role: used.role });
  const details = { by: 'invitation', role: used.role };
  await recordAudit(tx, { roomId, actorId: userId, targetUserId: userId, action: 'member.join', details });
  return { room: await room(), news };
};

const accept = ({ db }: InvitationServiceDeps, code: string, userId: string) =>
  db.transaction(async (tx) => {
    const invitation = await selectByCode(tx, code);
    if (!invitation) throw createNoInvitationError();
    const { roomId, role, makesAdministrator } = invitation;
    if (roomId !== null) return acceptToRoom(tx, { code, userId, roomId, role });
    return { room: null, news: makesAdministrator ? await acceptToServer(tx, code, userId) : {} };
  });

const look = async ({ db }: InvitationServiceDeps, code: string, userId: string | undefined) => {
  const invitation = await selectByCode(db, code);
  if (!invitation) throw createNoInvitationError();
  const { roomId, byUserId, role } = invitation;
  const opens = roomId === null || (await mayStillInvite(db, { roomId, byUserId, role }));
  if (!opens) throw createNoInvitationError();
  const found = roomId === null || userId === undefined ? undefined : await findRoom(db, { roomId, userId });
  if (found?.standing === 'banned') throw createNoInvitationError();
  return invitation;
};

/** Secrets in links, by which people come into rooms. */
export const createInvitationService = (deps: InvitationServiceDeps) => ({
  /** @throws AppError `RoomNotFound`, `Forbidden`, `RateLimited`. */
  make: (asked: { slug: string; userId: string }, body: CreateInvitationBody) => make(deps, asked, body),

  /** @throws AppError `RoomNotFound`, `Forbidden`. */
  list: async (
    { slug, userId }: { slug: string; userId: string },
    page: { after: TimeCursor | undefined; limit: number },
  ): Promise<Page<Invitation>> => {
    const { room, may } = await deps.requireInRoom(slug, userId, 'read');
    return selectInvitations(deps.db, {
      roomId: room.id,
      byUserId: may('seeAllInvitations') ? undefined : userId,
      ...page,
    });
  },

  /** @throws AppError `NotFound`, the same for an invitation that is not the person's to take back. */
  revoke: ({ invitationId, userId }: { invitationId: string; userId: string }): Promise<void> =>
    deps.db.transaction(async (tx) => {
      const place = await selectPlace(tx, invitationId);
      const found = place && (await findRoom(tx, { roomId: place.roomId, userId }));
      const isTheirs = place?.byUserId === userId && found?.standing !== 'banned';
      if (!found || (!isTheirs && !found.may('seeAllInvitations'))) {
        throw new AppError('NotFound', 'There is no such invitation.');
      }
      if (!(await revokeInvitation(tx, invitationId))) return;
      const details = { invitation_id: invitationId };
      const record = { roomId: found.room.id, actorId: userId };
      await recordAudit(tx, { ...record, action: 'invitation.revoke', details });
    }),

  /**
   * Somebody who has signed in, or whoever holds the link.
   * @throws AppError `NotFound`, the same whatever is wrong with the code.
   */
  look: (code: string, userId: string | undefined) => look(deps, code, userId),

  /** @throws AppError `NotFound` as `look`, also for who is banned from the room. */
  accept: async (code: string, userId: string): Promise<Room | null> => {
    const { room, news } = await accept(deps, code, userId);
    deps.tell(news);
    return room;
  },
});

export type InvitationService = ReturnType<typeof createInvitationService>;
