import { createLogWatchRepository, LogWatch, Resync } from './log-watch/index.ts';
import type { Bus } from './platform/bus.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import { Presence, PresenceSharing } from './presence/index.ts';
import type { Attendance } from './rooms/index.ts';
import { topics } from './ws/context.ts';
import type { Hub } from './ws/hub.ts';
import { createTell, type Publish } from './ws/publisher.ts';

export interface DeliveryDeps {
  /** Names this process among the others. */
  processId: string;
  db: Database;
  bus: Bus;
  log: Logger;
}

/** What keeps the processes' views of rooms whole: who is there, and how far each log has been told. */
export const createDelivery = ({ processId, db, bus, log }: DeliveryDeps, hub: Hub, publish: Publish) => {
  const tell = createTell(hub);
  const resync = new Resync({ publish, socketCount: () => hub.connections.length });
  const presence = new Presence({
    onChanged: ({ roomId, roomSlug, member, isHere }) =>
      tell(
        topics.room(roomId),
        { type: isHere ? 'presence.joined' : 'presence.left', payload: { ...member, roomSlug } },
        { exceptUserId: member.userId },
      ),
  });
  const presenceSharing = new PresenceSharing({
    ...{ processId, bus, presence, log },
    // It may have ended between a commit and the telling.
    onProcessLost: () => resync.ask(),
  });
  const logWatch = new LogWatch({
    repository: createLogWatchRepository(db),
    roomIdOf: topics.roomIdOf,
    onMissed: (payload) => {
      tell(topics.room(payload.roomId), { type: 'room.position', payload });
      // What the same writer had to tell others by name was not told either.
      resync.ask();
    },
    log,
  });
  hub.watch(logWatch);
  return { presence, presenceSharing, logWatch, resync };
};

export type Delivery = ReturnType<typeof createDelivery>;

/**
 * Opens what follows the other processes and the database.
 * @returns how to close it: whoever is here is held for present by the others until they are back somewhere.
 */
export const openDelivery = async (
  { presenceSharing, logWatch, resync, attendance }: Delivery & { attendance: Attendance },
  { bus, db }: Pick<DeliveryDeps, 'bus' | 'db'>,
): Promise<() => void> => {
  const stopFollowing = bus.onRestored(() => {
    logWatch.checkNow();
    resync.ask();
  });
  // It was done, perhaps, and whoever asked for it was told otherwise: asked for again, there is nothing left to tell.
  const stopHearing = db.onUnanswered(() => {
    logWatch.checkNow();
    resync.ask();
  });
  logWatch.open();
  await presenceSharing.open();
  return () => {
    stopFollowing();
    stopHearing();
    presenceSharing.close();
    attendance.close();
    logWatch.close();
    resync.close();
  };
};
