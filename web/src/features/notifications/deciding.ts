import type { NotifyLevel } from '@boltorezka/sdk';

/** Something that was written to somebody, or where they want to hear of all. */
export interface Happening {
  kind: 'mention' | 'everyone' | 'reply' | 'thread' | 'direct' | 'message';
  roomSlug: string;
  /** Where it was written in a thread: the message that began it. */
  threadRootId: string | null;
}

interface Facts {
  happening: Happening;
  level: NotifyLevel;
  /** Somebody has the room, or the thread that it was written in, before their eyes. */
  isInView: boolean;
}

/** Whether it is worth an interruption: never what is before somebody's eyes, nor where they want peace. */
export const isWorthTelling = ({ happening: { kind }, level, isInView }: Facts): boolean => {
  if (isInView || level === 'nothing') return false;
  return kind !== 'message' || level === 'all';
};
