import { AppError } from '@boltorezka/protocol';
import { canEnter } from './policy.ts';
import type { RoomForUser, RoomRepository } from './repository.ts';

/**
 * The room, where this person may enter it.
 * @throws AppError `RoomNotFound`, `Forbidden`.
 */
export type FindEnterableRoom = (slug: string, userId: string) => Promise<RoomForUser>;

export const createFindEnterableRoom =
  (rooms: RoomRepository): FindEnterableRoom =>
  async (slug, userId) => {
    const found = await rooms.findFor(slug, userId);
    if (!found) throw new AppError('RoomNotFound', `There is no room "${slug}".`);
    if (!canEnter(found.room, found.role)) {
      throw new AppError('Forbidden', 'This room is private; ask one of its members to let you in.');
    }
    return found;
  };
