import { randomUUID } from 'node:crypto';
import { AppError, type EventPayload, type Room, type RoomDetails } from '@boltorezka/protocol';
import { notifyAccessChanges } from '../access/index.ts';
import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { deleteClosing, insertClosing } from './closing-repository.ts';
import {
  insertDirectRoom,
  selectAddressee,
  selectDirectRoomId,
  selectOtherOfDirect,
} from './direct-repository.ts';
import { createBlockedError, requireLocked } from './guard.ts';
import { selectRoomFor } from './list-repository.ts';
import type { RoomNews } from './news.ts';

export interface DirectServiceDeps {
  db: Database;
  news: RoomNews;
  log: Logger;
}

interface Opened {
  room: Room;
  /** Where it was made for this. */
  made?: RoomDetails;
  otherName: string;
  /** It was out of the person's list. */
  wasClosed: boolean;
}

const openDirect = ({ db }: DirectServiceDeps, userId: string, otherId: string): Promise<Opened> =>
  db.transaction(async (tx) => {
    const other = await selectAddressee(tx, { userId: otherId, byUserId: userId });
    if (!other) throw new AppError('NotFound', 'There is no such person here.');
    if (other.isBlocked) throw createBlockedError();
    const userIds = [userId, otherId] as const;
    const id = randomUUID();
    const slug = `dm-${id.replaceAll('-', '')}`;
    const made = await insertDirectRoom(tx, { id, slug, userIds });
    if (made) {
      await notifyAccessChanges(
        tx,
        userIds.map((gainerId) => ({ kind: 'roomGained', userId: gainerId, roomId: id })),
      );
    }
    const roomId = made?.roomId ?? (await selectDirectRoomId(tx, userIds));
    const wasClosed = roomId !== undefined && (await deleteClosing(tx, { roomId, userId }));
    const room = roomId && (await selectRoomFor(tx, { roomId, userId }));
    if (!room) throw new AppError('NotFound', 'There is no such person here.');
    return { room, otherName: other.userName, wasClosed, ...(made ? { made } : {}) };
  });

/** @returns undefined where nothing is another by it. */
const setClosed = (
  { db }: DirectServiceDeps,
  { slug, userId }: { slug: string; userId: string },
  isClosed: boolean,
): Promise<EventPayload<'direct.closedChanged'> | undefined> =>
  db.transaction(async (tx) => {
    const { room, facts } = await requireLocked(tx, { slug, userId, action: 'read' });
    if (facts.kind !== 'direct') {
      throw new AppError('Forbidden', 'Only a room of two people is closed; leave this one, or mute it.');
    }
    const place = { roomId: room.id, userId };
    const isChanged = await (isClosed ? insertClosing(tx, place) : deleteClosing(tx, place));
    return isChanged ? { roomId: room.id, roomSlug: room.slug, isClosed } : undefined;
  });

/** Rooms of two people: each pair has one, which is made when either wants it. */
export const createDirectService = (deps: DirectServiceDeps) => ({
  /** @throws AppError `NotFound`; `Forbidden` where one has blocked the other, whichever. */
  open: async (userId: string, otherId: string): Promise<{ room: Room; isNew: boolean }> => {
    if (userId === otherId) throw new AppError('ValidationError', 'Choose somebody else than yourself.');
    const { room, made, otherName, wasClosed } = await openDirect(deps, userId, otherId);
    if (wasClosed) deps.news.closedChanged(userId, { roomId: room.id, roomSlug: room.slug, isClosed: false });
    if (made) deps.news.gained(userId, made, { userId: otherId, userName: otherName });
    return { room, isNew: made !== undefined };
  },

  /** Out of the person's list, or back; the other one is not told. @throws AppError `RoomNotFound`, `Forbidden`. */
  setClosed: async (asked: { slug: string; userId: string }, isClosed: boolean): Promise<void> => {
    const change = await setClosed(deps, asked, isClosed);
    if (change) deps.news.closedChanged(asked.userId, change);
  },

  /** Tells the other one of the room once something is written to it: opening one disturbs nobody. */
  announce: (begun: { roomId: string; userId: string; userName: string }): void => {
    const { userId, userName } = begun;
    selectOtherOfDirect(deps.db, begun).then(
      (found) => found && deps.news.gained(found.otherId, found.room, { userId, userName }),
      (error: unknown) => deps.log.warn({ err: error }, 'a room of two was not announced'),
    );
  },
});

export type DirectService = ReturnType<typeof createDirectService>;
