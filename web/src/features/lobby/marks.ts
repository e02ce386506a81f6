import type { RoomEntry } from '@boltorezka/sdk';

/** What a room's line in the list says of what I have not read. */
export interface RoomMarks {
  unreadCount: number;
  mentionCount: number;
  /** I want to be told of nothing here. */
  isMuted: boolean;
}

type Read = Pick<RoomEntry, 'kind' | 'readSeq' | 'unreadCount' | 'mentionCount' | 'notify'>;

/**
 * A room that I never read owes me nothing: a server that people have used for a year would greet whoever is new with its
 * whole history. What somebody writes to me directly is for me from the first word on.
 */
export const marksOf = ({ kind, readSeq, unreadCount, mentionCount, notify }: Read): RoomMarks => {
  const isMuted = notify === 'nothing';
  const isFollowed = readSeq !== null || kind === 'direct';
  return { unreadCount: isFollowed && !isMuted ? unreadCount : 0, mentionCount, isMuted };
};

/** What a heading says of the rooms that are folded away under it. */
export const sumOfMarks = (rooms: readonly Read[]): Omit<RoomMarks, 'isMuted'> => {
  const marks = rooms.map(marksOf);
  return {
    unreadCount: marks.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
    mentionCount: marks.reduce((sum, { mentionCount }) => sum + mentionCount, 0),
  };
};
