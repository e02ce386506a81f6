import type { MemberRole } from './repository.ts';

/** May somebody with this role enter, read, write and speak in the room? */
export const canEnter = (room: { is_public: boolean }, role: MemberRole | null): boolean =>
  room.is_public || role !== null;
