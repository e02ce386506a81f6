import type { RoomEntry } from '@boltorezka/sdk';

/** What a room is called: a room of two by the other person. */
export const roomName = ({ title, directWith }: Pick<RoomEntry, 'title' | 'directWith'>): string =>
  directWith?.userName ?? title;
