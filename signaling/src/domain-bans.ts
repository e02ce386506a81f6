import { createAccessRepository, type Place, RoomBans } from './access/index.ts';
import type { Lobby } from './lobby/index.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import type { FindRoomById } from './rooms/index.ts';
import { topics } from './ws/context.ts';
import { encodeEvent } from './ws/frame-encoder.ts';
import type { Hub } from './ws/hub.ts';
import type { Tell } from './ws/publisher.ts';

/** What comes of a ban's end; it is there by the time that anybody is. */
interface Around {
  hub: Hub;
  lobby: Lobby;
  tell: Tell;
  findReadable: FindRoomById;
}

export interface BansDeps {
  db: Database;
  around: () => Around;
  log: Logger;
}

/** Who is banned from where, and what they are told when they are it no more. */
export const createRoomBans = ({ db, around, log }: BansDeps): RoomBans => {
  /** Whoever lifts a ban tells of it; of one that ends by time only this does. */
  const tellEnded = async (place: Place): Promise<void> => {
    const { lobby, tell, findReadable } = around();
    const found = await findReadable(place.roomId, place.userId);
    if (!found) return;
    if (!found.facts.isPublic) lobby.admit(place);
    tell(topics.user(place.userId), { type: 'room.created', payload: found.details });
  };
  return new RoomBans({
    log,
    find: (userIds) => createAccessRepository(db).bansOf(userIds),
    isHere: (userId) => around().hub.countOf(userId) > 0,
    onFreed: ({ isByTime, ...place }) => {
      around().lobby.readmit(place);
      if (!isByTime) return;
      tellEnded(place).catch((error: unknown) =>
        log.warn({ err: error }, 'who is banned no more is not told'),
      );
    },
    onKnownLate: (userId) => {
      const frame = encodeEvent('server.resync', { spreadMs: 0 });
      for (const connection of around().hub.connections)
        if (connection.identity.userId === userId) connection.send(frame);
    },
  });
};
