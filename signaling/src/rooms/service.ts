import { randomUUID } from 'node:crypto';
import {
  AppError,
  type CreateRoomBody,
  type EventPayload,
  type Room,
  type RoomAction,
  type RoomDetails,
  type UpdateRoomBody,
} from '@boltorezka/protocol';
import { notifyAccessChange, notifyAccessChanges } from '../access/index.ts';
import { recordAudit } from '../audit/index.ts';
import type { Database, Queryable } from '../platform/db.ts';
import { abandonRoom } from './deletion-repository.ts';
import { assertMay, requireLocked } from './guard.ts';
import { selectRoomFor } from './list-repository.ts';
import type { RoomNews } from './news.ts';
import type { RoomPurging } from './purging.ts';
import {
  deleteRequests,
  insertFirstMark,
  insertFirstMarks,
  insertMember,
  insertRoom,
  type RoomChanges,
  selectMemberIds,
  updateRoom,
} from './repository.ts';

export interface RoomServiceDeps {
  db: Database;
  news: RoomNews;
  /** Others look after a room than did, or after none; what waits for them is told. */
  waiting: { handleOpening: (roomId: string) => void; tellServer: () => void };
  purging: Pick<RoomPurging, 'purge'>;
  /** Makes somebody the owner of a room that has none any more, and is theirs to look after. */
  claim: (tx: Queryable, place: Place) => Promise<EventPayload<'room.memberChanged'> | undefined>;
}

interface Place {
  roomId: string;
  userId: string;
}

export interface RoomService {
  /** @throws AppError `Conflict` where the address is taken. */
  create(userId: string, body: CreateRoomBody): Promise<Room>;
  /** @throws AppError `RoomNotFound`, `Forbidden`. */
  update(asked: { slug: string; userId: string }, body: UpdateRoomBody): Promise<Room>;
  /** @throws AppError `RoomNotFound`, `Forbidden`. */
  remove(asked: { slug: string; userId: string }): Promise<void>;
}

/** What one must be allowed to do to change it. */
const actionOf: Record<keyof UpdateRoomBody, RoomAction> = {
  topic: 'changeTopic',
  slow_mode_s: 'changeTopic',
  category: 'changePlace',
  position: 'changePlace',
  title: 'changeRoom',
  is_public: 'changeRoom',
  accepts_requests: 'changeRoom',
  archived: 'changeRoom',
};

const currentOf = (details: RoomDetails): Required<RoomChanges> => ({
  title: details.roomTitle,
  topic: details.topic,
  is_public: details.isPublic,
  category: details.category,
  position: details.position,
  slow_mode_s: details.slowModeS,
  accepts_requests: details.acceptsRequests,
  archived: details.archivedAt !== null,
});

/** What of it is another than it was. */
const changesOf = (details: RoomDetails, body: UpdateRoomBody): RoomChanges => {
  const current = currentOf(details);
  const asked = Object.entries(body) as [keyof RoomChanges, unknown][];
  return Object.fromEntries(asked.filter(([name, value]) => value !== undefined && value !== current[name]));
};

/** A topic may be changed for what it says: what it said is not kept here. */
const auditDetails = ({ topic, ...changes }: RoomChanges): Record<string, unknown> => ({
  ...changes,
  ...(topic === undefined ? {} : { topic: 'changed' }),
});

/** What is not everybody's any more ends everywhere; what is everybody's now is known everywhere, and nobody asks for it. */
const settleChanges = async (tx: Queryable, room: RoomDetails, changes: RoomChanges): Promise<void> => {
  const { roomId, roomSlug } = room;
  if (changes.is_public === true) await deleteRequests(tx, roomId);
  if (changes.is_public === false) await notifyAccessChange(tx, { kind: 'roomClosed', roomId, roomSlug });
  if (changes.is_public === true) await notifyAccessChange(tx, { kind: 'roomOpened', roomId, roomSlug });
  if (changes.archived === true) await notifyAccessChange(tx, { kind: 'voiceClosed', roomId });
};

const requireRoomFor = async (db: Queryable, place: Place): Promise<Room> => {
  const room = await selectRoomFor(db, place);
  if (!room) throw new AppError('RoomNotFound', 'This room is gone.');
  return room;
};

const create = async (
  { db, news }: RoomServiceDeps,
  ownerId: string,
  body: CreateRoomBody,
): Promise<Room> => {
  const { slug, title, is_public: isPublic, topic = '', category = null } = body;
  const { accepts_requests: acceptsRequests = true } = body;
  const { room, details } = await db.transaction(async (tx) => {
    const id = randomUUID();
    const inserted = await insertRoom(tx, {
      ...{ id, slug, title, isPublic, topic, category, acceptsRequests, ownerId },
    });
    if (!inserted)
      throw new AppError('Conflict', `There is a room "${slug}" already; choose another address.`);
    if (!(await insertMember(tx, { roomId: id, userId: ownerId, role: 'owner' })))
      throw new AppError('Unauthorized', 'This account is deleted.');
    await insertFirstMark(tx, { roomId: id, userId: ownerId });
    await recordAudit(tx, {
      roomId: id,
      actorId: ownerId,
      action: 'room.create',
      details: { is_public: isPublic, accepts_requests: acceptsRequests },
    });
    if (!isPublic) await notifyAccessChange(tx, { kind: 'roomGained', userId: ownerId, roomId: id });
    return { details: inserted, room: await requireRoomFor(tx, { roomId: id, userId: ownerId }) };
  });
  // A private room's existence is its members' business.
  if (isPublic) news.opened(details);
  else news.gained(ownerId, details);
  return room;
};

/** What is told of a change after its commit. */
interface Change {
  told: Parameters<RoomNews['changed']>[0];
  claimed: EventPayload<'room.memberChanged'> | undefined;
  marks: Awaited<ReturnType<typeof insertFirstMarks>>;
  /** Whether everyone may come in now, where that has changed. */
  isOpened: boolean | undefined;
}

/** A private room has an owner, or is an archive; and what is written in it is unread to whoever belongs to it. */
const settlePrivate = async (
  { claim }: RoomServiceDeps,
  tx: Queryable,
  { place, changes }: { place: Place; changes: RoomChanges },
): Promise<Pick<Change, 'claimed' | 'marks'>> => {
  const isTheirs = changes.is_public === false || changes.archived === false;
  const claimed = isTheirs ? await claim(tx, place) : undefined;
  return { claimed, marks: changes.is_public === false ? await insertFirstMarks(tx, place.roomId) : [] };
};

const change = async (
  deps: RoomServiceDeps,
  tx: Queryable,
  { place, changes }: { place: Place; changes: RoomChanges },
): Promise<Change & { room: Room }> => {
  const updated = await updateRoom(tx, place.roomId, changes);
  if (!updated) throw new AppError('RoomNotFound', 'This room is gone.');
  const { room, details, seq, epoch } = updated;
  await recordAudit(tx, {
    ...{ roomId: place.roomId, actorId: place.userId, action: 'room.update' },
    details: auditDetails(changes),
  });
  await settleChanges(tx, details, changes);
  const settled = details.isPublic
    ? { claimed: undefined, marks: [] }
    : await settlePrivate(deps, tx, { place, changes });
  const memberIds = details.isPublic ? [] : await selectMemberIds(tx, place.roomId);
  return {
    ...settled,
    told: { room: details, seq, epoch, memberIds },
    isOpened: changes.is_public,
    // An administrator may close a room that is others' then: what they did is answered, and what goes on there is not theirs.
    room: (await selectRoomFor(tx, place)) ?? room,
  };
};

const tellChange = ({ news, waiting }: RoomServiceDeps, { told, claimed, marks, isOpened }: Change) => {
  if (isOpened) news.opened(told.room);
  if (isOpened !== undefined) waiting.handleOpening(told.room.roomId);
  news.changed(told);
  if (claimed) news.memberChanged(claimed);
  for (const { userId, state } of marks) news.marked(userId, state);
};

const update = async (
  deps: RoomServiceDeps,
  { slug, userId }: { slug: string; userId: string },
  body: UpdateRoomBody,
): Promise<Room> => {
  const { room, changed } = await deps.db.transaction(async (tx) => {
    const found = await requireLocked(tx, { slug, userId, action: 'read' });
    // Also where nothing would change: what may be asked does not depend on how it stands.
    for (const name of Object.keys(body) as (keyof UpdateRoomBody)[]) assertMay(found, actionOf[name]);
    const changes = changesOf(found.details, body);
    const place = { roomId: found.room.id, userId };
    if (Object.keys(changes).length === 0) return { room: await requireRoomFor(tx, place) };
    const { room, ...changed } = await change(deps, tx, { place, changes });
    return { room, changed };
  });
  if (changed) tellChange(deps, changed);
  return room;
};

/** Everybody is out with the answer; what was written there goes after it. */
const remove = async (
  { db }: RoomServiceDeps,
  { slug, userId }: { slug: string; userId: string },
): Promise<void> =>
  db.transaction(async (tx) => {
    const { room, details } = await requireLocked(tx, { slug, userId, action: 'deleteRoom' });
    const memberIds = await abandonRoom(tx, room.id);
    // The room's own log goes with it.
    const told = { slug: room.slug, title: room.title, is_public: room.is_public };
    await recordAudit(tx, { actorId: userId, action: 'room.delete', details: told });
    const place = { roomId: room.id, roomSlug: room.slug };
    const lost = details.isPublic ? [] : memberIds;
    await notifyAccessChanges(tx, [
      ...lost.map((memberId) => ({
        ...{ kind: 'roomLost' as const, userId: memberId, ...place, reason: 'deleted' as const },
      })),
      { kind: 'roomGone', ...place, wasPublic: details.isPublic },
    ]);
  });

/** Rooms are made, changed and deleted here; who belongs to them is the members' service's. */
export const createRoomService = (deps: RoomServiceDeps): RoomService => ({
  create: (userId, body) => create(deps, userId, body),
  update: (asked, body) => update(deps, asked, body),
  remove: async (asked) => {
    await remove(deps, asked);
    // What was the server's to deal with is gone with the room.
    deps.waiting.tellServer();
    void deps.purging.purge();
  },
});
