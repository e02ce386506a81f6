import type { RoomDetails, RoomSelf } from '@boltorezka/protocol';
import type { RoomMay } from '../types/room.ts';
import { permissionsOf } from './policy.ts';

export interface PowersDeps {
  isAdministrator: () => boolean;
  /** A mute has ended by itself. */
  onChange: (may: RoomMay) => void;
}

/** What this person may do in the room, also when a mute ends by itself. */
export interface Powers {
  of(details: RoomDetails | null, self: RoomSelf | null): RoomMay;
  clear(): void;
}

/** A room of a server of an earlier build, which has no roles: whoever is in it may write. */
const plainRoom = { kind: 'room', isPublic: true, archivedAt: null } as const;

/** The longest that a browser's timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

export const createPowers = ({ isAdministrator, onChange }: PowersDeps): Powers => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const of = (details: RoomDetails | null, self: RoomSelf | null): RoomMay => {
    clearTimeout(timer);
    const nowMs = Date.now();
    const until = self?.textMutedUntil;
    const leftMs = until ? Date.parse(until) - nowMs : 0;
    if (leftMs > 0) {
      timer = setTimeout(() => onChange(of(details, self)), Math.min(leftMs + 1, maxTimerMs));
    }
    return permissionsOf({ details: details ?? plainRoom, self, isAdministrator: isAdministrator(), nowMs });
  };
  return { of, clear: () => clearTimeout(timer) };
};
