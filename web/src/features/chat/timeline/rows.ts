import type { TimelineMessage } from '@boltorezka/sdk';
import { groupMessages } from './group-messages.ts';

/** One line of the timeline's list. Its key stays with it when older rows come in above. */
export type Row =
  | { kind: 'day'; key: string; date: Date }
  /** What stands below it was not read when the room was opened. */
  | { kind: 'unread'; key: string; since: string }
  | { kind: 'message'; key: string; message: TimelineMessage; startsGroup: boolean };

export interface RowOptions {
  dayOf?: (date: Date) => string;
  /** Messages of others after this position are new; null where none is. */
  unreadAfterSeq?: number | null;
  meId?: string;
}

/** The first message that stands below the line; undefined where there is none. */
export const findFirstUnread = (
  messages: readonly TimelineMessage[],
  { unreadAfterSeq = null, meId }: RowOptions,
): TimelineMessage | undefined => {
  if (unreadAfterSeq === null) return undefined;
  return messages.find(({ seq, userId }) => seq !== null && seq > unreadAfterSeq && userId !== meId);
};

/**
 * Lays the messages out flat, one row each, so that a list that draws only what is seen need not draw a long monologue
 * whole.
 */
export const layRows = (messages: readonly TimelineMessage[], options: RowOptions = {}): Row[] => {
  const firstUnread = findFirstUnread(messages, options);
  return groupMessages(messages, options.dayOf).flatMap(({ key, date, groups }): Row[] => [
    { kind: 'day', key: `day ${key}`, date },
    ...groups.flatMap((group) =>
      group.messages.flatMap((message, index): Row[] => {
        const isFirstUnread = message === firstUnread;
        const row: Row = {
          kind: 'message',
          key: message.key,
          message,
          // Below the line the author is named again.
          startsGroup: index === 0 || isFirstUnread,
        };
        return isFirstUnread ? [{ kind: 'unread', key: 'unread', since: message.createdAt }, row] : [row];
      }),
    ),
  ]);
};
