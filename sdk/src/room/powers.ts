import type { RoomDetails, RoomSelf } from '@boltorezka/protocol';
import type { RoomMay } from '../types/room.ts';
import { mayNothing, permissionsOf } from './policy.ts';

export interface PowersDeps {
  isAdministrator: () => boolean;
  onChange: (may: RoomMay) => void;
}

/** What this person may do in the room, also when a mute ends by itself. */
export interface Powers {
  set(details: RoomDetails | null, self: RoomSelf | null): void;
  clear(): void;
}

/** A room of a server of an earlier build, which has no roles: whoever is in it may write. */
const plainRoom = { kind: 'room', isPublic: true, archivedAt: null } as const;

/** The longest that a browser's timer can wait. */
const maxTimerMs = 2 ** 31 - 1;

export const createPowers = ({ isAdministrator, onChange }: PowersDeps): Powers => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const set = (details: RoomDetails | null, self: RoomSelf | null): void => {
    clearTimeout(timer);
    const nowMs = Date.now();
    onChange(
      permissionsOf({ details: details ?? plainRoom, self, isAdministrator: isAdministrator(), nowMs }),
    );
    const until = self?.textMutedUntil;
    const leftMs = until ? Date.parse(until) - nowMs : 0;
    if (leftMs > 0) timer = setTimeout(() => set(details, self), Math.min(leftMs + 1, maxTimerMs));
  };
  return {
    set,
    clear: () => {
      clearTimeout(timer);
      onChange(mayNothing);
    },
  };
};
