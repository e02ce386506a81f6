import type { RoomState } from '@boltorezka/sdk';

/** Why one cannot write here: nothing that is told, a date that is. */
export type ClosedReason =
  | { kind: 'archived' | 'blocked' | 'blockedByMe' | 'mutedForGood' | 'notAllowed' }
  | { kind: 'muted'; until: string };

interface Facts extends Pick<RoomState, 'details' | 'self' | 'may'> {
  /** I have blocked the other person of a room of two. */
  hasBlocked: boolean;
}

/** Null where one can; also before the room is known, since what is written then waits. */
export const closedReasonOf = ({ details, self, may, hasBlocked }: Facts): ClosedReason | null => {
  if (details === null || may.write) return null;
  if (details.archivedAt !== null) return { kind: 'archived' };
  // Who was blocked is not told by whom, or that they were.
  if (self?.isBlocked) return { kind: hasBlocked ? 'blockedByMe' : 'blocked' };
  const until = self?.textMutedUntil;
  if (until === undefined) return { kind: 'notAllowed' };
  return until === null ? { kind: 'mutedForGood' } : { kind: 'muted', until };
};

/** Why no file can be attached, in a word of the texts; null where one can. */
export const attachRefusalOf = ({
  details,
  may,
}: Pick<RoomState, 'details' | 'may'>): 'files.notYet' | 'files.notHere' | null => {
  if (may.attach) return null;
  // Unlike words, files do not wait for the room: the server takes them for who is in it.
  return details === null ? 'files.notYet' : 'files.notHere';
};

interface SlowMode {
  slowModeS: number;
  /** When this person wrote last, ISO. */
  lastOwnAt: string | null;
  maySkip: boolean;
}

/** When the next message may go, in milliseconds since the epoch; null where nothing has to be waited for. */
export const slowUntil = ({ slowModeS, lastOwnAt, maySkip }: SlowMode, nowMs: number): number | null => {
  if (slowModeS === 0 || maySkip || lastOwnAt === null) return null;
  const until = Date.parse(lastOwnAt) + slowModeS * 1000;
  return until > nowMs ? until : null;
};
