import { AppError, standingOf } from '@boltorezka/protocol';
import { notifyAccessChange } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Queryable } from '../platform/db.ts';
import { type RoomForUser, requireLocked } from '../rooms/index.ts';
import { deleteBan, deleteMute, upsertBan, upsertMute } from './ban-repository.ts';
import { type MemberNews, readmit } from './news.ts';
import { takeMemberPosition } from './repository.ts';
import { deleteRequest } from './request-repository.ts';
import type { MemberAsked, MemberServiceDeps } from './service.ts';
import {
  assertNotLastOwner,
  assertOutranks,
  createNoPersonError,
  type FoundTarget,
  requireTarget,
  toEnd,
} from './target.ts';

export interface SentenceServiceDeps extends MemberServiceDeps {
  /** Deletes what somebody wrote in a room in the last day. */
  eraseLastDay: (place: { roomId: string; userId: string }) => Promise<void>;
}

interface Words {
  reason: string;
  expires_at: string | null;
}

export interface MuteBody extends Words {
  text: boolean;
  voice: boolean;
}

export interface BanBody extends Words {
  delete_messages: boolean;
}

interface Sentenced {
  tx: Queryable;
  room: RoomForUser;
  place: { roomId: string; userId: string };
  record: { roomId: string; actorId: string; targetUserId: string };
}

/**
 * The room, locked, where the actor may do that to the person. A ban that ends makes somebody again what they were: whoever
 * ends it, or says when it ends, stands above that.
 */
const find = async (tx: Queryable, { slug, actorId, userId }: MemberAsked) => {
  const room = await requireLocked(tx, { slug, userId: actorId, action: 'manageMembers' });
  const target = await requireTarget(tx, room, userId);
  const lasting = { ...target, role: target.lastingRole, isAdministrator: false, isBanned: false };
  const silence = { isTextMuted: false, isVoiceMuted: false, isBlocked: false };
  const { isBanned, standing } = target;
  assertOutranks(room.standing, isBanned ? standingOf(room.facts, { ...lasting, ...silence }) : standing);
  const place = { roomId: room.room.id, userId };
  const record = { roomId: room.room.id, actorId, targetUserId: userId };
  return { tx, room, target, place, record };
};

/**
 * As `find`; whoever was silenced may stand as high as the actor by now, or higher, and is not worse off by it. Nobody lifts
 * their own, but an administrator, above whom there is nobody.
 */
const findSilenced = async (tx: Queryable, { slug, actorId, userId }: MemberAsked) => {
  const room = await requireLocked(tx, { slug, userId: actorId, action: 'manageMembers' });
  if (userId === actorId && !room.may('manageOwners')) {
    throw new AppError(
      'Forbidden',
      'Nobody lets themselves speak again; ask somebody else who moderates here.',
    );
  }
  await requireTarget(tx, room, userId);
  const place = { roomId: room.room.id, userId };
  return { place, record: { roomId: place.roomId, actorId, targetUserId: userId } };
};

const mute = (deps: SentenceServiceDeps, asked: MemberAsked, body: MuteBody): Promise<MemberNews> =>
  deps.db.transaction(async (tx) => {
    const { room, target, place, record } = await find(tx, asked);
    if (target.role === null && !room.facts.isPublic) throw createNoPersonError();
    const { text, voice, reason, expires_at: expiresAt } = body;
    await upsertMute(tx, { ...place, text, voice, reason, expiresAt, byUserId: asked.actorId });
    await notifyAccessChange(tx, { kind: 'voiceMuted', ...place, isMuted: voice });
    await recordAudit(tx, { ...record, action: 'member.mute', details: { ...body } });
    return { changed: await takeMemberPosition(tx, { ...place, change: 'muted' }) };
  });

const unmute = (deps: SentenceServiceDeps, asked: MemberAsked): Promise<MemberNews> =>
  deps.db.transaction(async (tx) => {
    const { place, record } = await findSilenced(tx, asked);
    if (!(await deleteMute(tx, place))) return {};
    await notifyAccessChange(tx, { kind: 'voiceMuted', ...place, isMuted: false });
    await recordAudit(tx, { ...record, action: 'member.unmute', details: {} });
    return { changed: await takeMemberPosition(tx, { ...place, change: 'unmuted' }) };
  });

const writeBan = async (
  { tx, room, target, place, record }: Sentenced & { target: FoundTarget },
  { reason, expires_at: expiresAt }: BanBody,
): Promise<MemberNews> => {
  await upsertBan(tx, { ...place, reason, expiresAt, byUserId: record.actorId });
  const hadAsked = await deleteRequest(tx, place);
  const removal = { ...place, roomSlug: room.room.slug, reason: 'banned' as const };
  // Whoever has nothing to do with a private room does not learn by this that there is one.
  const isUntold = !room.facts.isPublic && target.lastingRole === null && !hadAsked;
  await notifyAccessChange(tx, {
    ...{ kind: 'roomLost', ...removal },
    ...(isUntold ? { isUntold } : {}),
    ...(reason === '' ? {} : { note: reason }),
  });
  return {
    changed: await takeMemberPosition(tx, { ...place, change: 'banned' }),
    ...(hadAsked ? { waitingRoomId: place.roomId } : {}),
  };
};

const ban = (
  deps: SentenceServiceDeps,
  asked: MemberAsked,
  body: BanBody,
): Promise<{ news: MemberNews; roomId: string }> =>
  deps.db.transaction(async (tx) => {
    const { room, target, place, record } = await find(tx, asked);
    await assertNotLastOwner({ tx, room, target });
    // First: a ban refers to the account, and whoever deletes that has taken its invitations before.
    await deps.revokeInvitations(tx, { roomId: place.roomId, byUserId: place.userId });
    const news = await writeBan({ tx, room, target, place, record }, body);
    await recordAudit(tx, { ...record, action: 'member.ban', details: { ...body } });
    return { news, roomId: place.roomId };
  });

const lift = (deps: SentenceServiceDeps, asked: MemberAsked): Promise<MemberNews> =>
  deps.db.transaction(async (tx) => {
    const { room, target, place, record } = await find(tx, asked);
    if (!(await deleteBan(tx, place))) return {};
    await recordAudit(tx, { ...record, action: 'member.unban', details: {} });
    return readmit(tx, { room: room.details, userId: asked.userId, lastingRole: target.lastingRole });
  });

/** What moderators do to those who disturb a room. Each throws AppError `RoomNotFound`, `NotFound`, `Forbidden`. */
export const createSentenceService = (deps: SentenceServiceDeps) => ({
  mute: async (asked: MemberAsked, body: MuteBody): Promise<void> => {
    deps.tell(await mute(deps, asked, { ...body, expires_at: toEnd(body.expires_at) }));
  },

  unmute: async (asked: MemberAsked): Promise<void> => deps.tell(await unmute(deps, asked)),

  /** Who is banned writes nothing more: what they wrote is deleted after the ban is committed. */
  ban: async (asked: MemberAsked, body: BanBody): Promise<void> => {
    const { news, roomId } = await ban(deps, asked, { ...body, expires_at: toEnd(body.expires_at) });
    deps.tell(news);
    if (body.delete_messages) await deps.eraseLastDay({ roomId, userId: asked.userId });
  },

  lift: async (asked: MemberAsked): Promise<void> => deps.tell(await lift(deps, asked)),
});

export type SentenceService = ReturnType<typeof createSentenceService>;
