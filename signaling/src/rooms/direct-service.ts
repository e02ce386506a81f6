import { randomUUID } from 'node:crypto';
import { AppError, type Room, type RoomDetails } from '@boltorezka/protocol';
import { notifyAccessChanges } from '../access/index.ts';
import type { Database } from '../platform/db.ts';
import { insertDirectRoom, selectAddressee, selectDirectRoomId } from './direct-repository.ts';
import { createBlockedError } from './guard.ts';
import { selectRoomFor } from './list-repository.ts';
import type { RoomNews } from './news.ts';

export interface DirectServiceDeps {
  db: Database;
  news: RoomNews;
}

interface Opened {
  room: Room;
  /** Where it was made for this. */
  made?: RoomDetails;
  otherName: string;
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
    const room = roomId && (await selectRoomFor(tx, { roomId, userId }));
    if (!room) throw new AppError('NotFound', 'There is no such person here.');
    return { room, otherName: other.userName, ...(made ? { made } : {}) };
  });

/** Rooms of two people: each pair has one, which is made when either wants it. */
export const createDirectService = (deps: DirectServiceDeps) => ({
  /** @throws AppError `NotFound`; `Forbidden` where one has blocked the other, whichever. */
  open: async (
    { id: userId, name: userName }: { id: string; name: string },
    otherId: string,
  ): Promise<{ room: Room; isNew: boolean }> => {
    if (userId === otherId) throw new AppError('ValidationError', 'Choose somebody else than yourself.');
    const { room, made, otherName } = await openDirect(deps, userId, otherId);
    if (made) {
      deps.news.gained(userId, made, { userId: otherId, userName: otherName });
      deps.news.gained(otherId, made, { userId, userName });
    }
    return { room, isNew: made !== undefined };
  },
});

export type DirectService = ReturnType<typeof createDirectService>;
