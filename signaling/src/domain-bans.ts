import { createAccessRepository, RoomBans } from './access/index.ts';
import type { Lobby } from './lobby/index.ts';
import type { Database } from './platform/db.ts';
import type { Logger } from './platform/log.ts';
import { encodeEvent } from './ws/frame-encoder.ts';
import type { Hub } from './ws/hub.ts';

/** What comes of a ban's end; it is there by the time that anybody is. */
interface Around {
  hub: Hub;
  lobby: Lobby;
}

export interface BansDeps {
  db: Database;
  around: () => Around;
  log: Logger;
}

/** Who is banned from where; that they are it no more, whoever ends the ban tells them. */
export const createRoomBans = ({ db, around, log }: BansDeps): RoomBans =>
  new RoomBans({
    log,
    find: (userIds) => createAccessRepository(db).bansOf(userIds),
    isHere: (userId) => around().hub.countOf(userId) > 0,
    onFreed: (place) => around().lobby.readmit(place),
    onKnownLate: (userId) => {
      const frame = encodeEvent('server.resync', { spreadMs: 0 });
      for (const connection of around().hub.connections)
        if (connection.identity.userId === userId) connection.send(frame);
    },
  });
