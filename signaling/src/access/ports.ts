import type { EventPayload } from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Connection } from '../ws/connection.ts';
import type { Hub } from '../ws/hub.ts';
import type { AccessNewsDeps } from './news.ts';
import type { PeopleDeps } from './people.ts';
import type { AccessRepository, Place } from './repository.ts';
import type { RoomBans } from './room-bans.ts';

export type Removal = EventPayload<'room.removed'>;
export type RoomPlace = Pick<Removal, 'roomId' | 'roomSlug'>;

/** Somebody who sits in voice, here or at another process. */
export interface Occupant {
  readonly userId: string;
  readonly sessionId: string;
  readonly roomId: string;
  readonly roomSlug: string;
  readonly mutedByServer: boolean;
}

export interface AccessEnforcerDeps<Seat extends Occupant>
  extends Pick<AccessNewsDeps, 'db' | 'bus'>,
    PeopleDeps {
  repository: AccessRepository;
  hub: Hub;
  seats: () => Iterable<Seat>;
  /** Gives the seat up, and its media with it; twice does no harm. */
  removeSeat: (seat: Seat) => void;
  /** Has the media node let nothing of the seat through, or again. */
  muteSeat: (seat: Seat, isMuted: boolean) => void;
  /** Says whether everybody may know of the seat; twice does no harm. */
  setSeatPublic: (seat: Seat, isPublic: boolean) => void;
  /** Takes the socket out of the room, where it is in it, and out of what it is told of it. */
  leaveRoom: (connection: Connection, roomId: string) => void;
  bans: Pick<RoomBans, 'handle' | 'handleRepeated' | 'handleMissed' | 'keptFrom'>;
  /** The private rooms that a socket is told of without being in them. */
  watchedRooms: (connection: Connection) => Iterable<string>;
  /** Somebody may enter a private room from now on. */
  onRoomGained: (gain: Place) => void;
  /** Everybody may enter a room from now on. */
  onRoomOpened: (room: RoomPlace) => void;
  /** Something may have been missed that only those whom it concerns can ask for. */
  onMissed: () => void;
  log: Logger;
}
