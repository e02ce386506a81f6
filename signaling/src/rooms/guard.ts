import {
  AppError,
  type MemberRole,
  type PersonFacts,
  type Room,
  type RoomAction,
  type RoomDetails,
  type RoomFacts,
  type RoomSelf,
  refusalOf,
  type Standing,
  standingOf,
} from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';
import { type GuardRow, lockRoom, selectGuardRow, toRoom, toRoomDetails } from './guard-repository.ts';

/** A room, and what the person who asks is in it. */
export interface RoomForUser {
  room: Room;
  details: RoomDetails;
  epoch: string;
  /** Where the room's log stood when this was read. */
  position: { seq: number; epoch: string };
  role: MemberRole | null;
  standing: Standing;
  facts: RoomFacts;
  person: PersonFacts;
  self: RoomSelf;
  /** What the person may do here. */
  may: (action: RoomAction) => boolean;
}

export const createNoRoomError = (slug: string): AppError =>
  new AppError('RoomNotFound', `There is no room "${slug}".`);

const untilOf = (muted: boolean | null, expiresAt: Date | null): string | null | undefined =>
  muted ? (expiresAt?.toISOString() ?? null) : undefined;

const toSelf = (row: GuardRow): RoomSelf => {
  const text = untilOf(row.text_muted, row.mute_expires_at);
  const voice = untilOf(row.voice_muted, row.mute_expires_at);
  return {
    role: row.role,
    ...(text === undefined ? {} : { textMutedUntil: text }),
    ...(voice === undefined ? {} : { voiceMutedUntil: voice }),
    ...(row.is_blocked ? { isBlocked: true } : {}),
  };
};

/** What is the same for everybody who asks about a room. */
export type RoomForAll = Pick<RoomForUser, 'room' | 'details' | 'epoch' | 'position' | 'facts'>;

export const toRoomForAll = (row: GuardRow): RoomForAll => ({
  room: toRoom(row),
  details: toRoomDetails(row),
  epoch: row.epoch,
  position: { seq: Number(row.last_seq), epoch: row.epoch },
  facts: { isPublic: row.is_public, kind: row.kind, isArchived: row.archived_at !== null },
});

export const toRoomForUser = (row: GuardRow, forAll: RoomForAll = toRoomForAll(row)): RoomForUser => {
  const { facts } = forAll;
  const person: PersonFacts = {
    role: row.role,
    isAdministrator: row.is_administrator ?? false,
    isBanned: row.is_banned,
    isTextMuted: row.text_muted ?? false,
    isVoiceMuted: row.voice_muted ?? false,
    isBlocked: row.is_blocked,
  };
  return {
    ...forAll,
    role: row.role,
    standing: standingOf(facts, person),
    person,
    self: toSelf(row),
    may: (action) => refusalOf(action, facts, person) === null,
  };
};

/** The same for both, whoever has blocked the other. */
export const createBlockedError = (): AppError =>
  new AppError('Forbidden', 'This person cannot be written to.');

/** A room of which strangers are told as if there were none. */
export const isHidden = ({ details, facts }: RoomForUser): boolean =>
  facts.kind === 'direct' || (!facts.isPublic && !details.acceptsRequests);

/** @throws AppError `RoomNotFound`, `Forbidden` where the person may not do it. */
export const assertMay = (found: RoomForUser, action: RoomAction): void => {
  const refusal = refusalOf(action, found.facts, found.person);
  switch (refusal) {
    case null:
      return;
    case 'stranger':
      if (isHidden(found)) throw createNoRoomError(found.room.slug);
      throw new AppError('Forbidden', 'This room is private; ask one of its members to let you in.');
    // Why, and until when, is told at the door alone.
    case 'banned':
      throw createNoRoomError(found.room.slug);
    case 'direct':
      throw new AppError('Forbidden', 'That is not done in a room of two people.');
    case 'blocked':
      throw createBlockedError();
    case 'archived':
      throw new AppError('Forbidden', 'This room is archived: it can be read, and nothing is added to it.');
    case 'muted':
      throw new AppError('Forbidden', 'A moderator has muted you in this room.');
    case 'standing':
      throw new AppError('Forbidden', 'Your role in this room does not allow that; ask a moderator.');
    default:
      return refusal satisfies never;
  }
};

/**
 * The room, where this person may do that in it.
 * @throws AppError `RoomNotFound`, `Forbidden`.
 */
export type RequireInRoom = (slug: string, userId: string, action: RoomAction) => Promise<RoomForUser>;

/** As `RequireInRoom`, by the room's id; undefined where there is none, or none that this person may know of. */
export type FindRoomById = (roomId: string, userId: string) => Promise<RoomForUser | undefined>;

export interface RoomGuard {
  require: RequireInRoom;
  /** Undefined where the person may not read the room: its ids answer like those of none. */
  findReadable: FindRoomById;
}

/** Who may do what in which room; each question is one query. Within a transaction, hand its `tx` in. */
export const createRoomGuard = (db: Queryable): RoomGuard => ({
  require: async (slug, userId, action) => {
    const row = await selectGuardRow(db, { slug, userId });
    if (!row) throw createNoRoomError(slug);
    const found = toRoomForUser(row);
    assertMay(found, action);
    return found;
  },
  findReadable: async (roomId, userId) => {
    const row = await selectGuardRow(db, { roomId, userId });
    const found = row && toRoomForUser(row);
    return found?.may('read') ? found : undefined;
  },
});

/**
 * As `RoomGuard.require` within a transaction, and the room is its own until that ends: what is decided here is not
 * overtaken by a ban or another role.
 * @throws AppError `RoomNotFound`, `Forbidden`.
 */
export const requireLocked = async (
  tx: Queryable,
  { slug, userId, action }: { slug: string; userId: string; action: RoomAction },
): Promise<RoomForUser> => {
  await lockRoom(tx, { slug });
  return createRoomGuard(tx).require(slug, userId, action);
};

/** The room whoever asks, and what they are in it; undefined where there is none. */
export const findRoom = async (
  db: Queryable,
  asked: { userId: string } & ({ slug: string } | { roomId: string }),
): Promise<RoomForUser | undefined> => {
  const row = await selectGuardRow(db, asked);
  return row && toRoomForUser(row);
};
