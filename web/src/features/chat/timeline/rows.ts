import type { TimelineMessage } from '@boltorezka/sdk';
import { groupMessages } from './group-messages.ts';

/** One line of the timeline's list. Its key stays with it when older rows come in above. */
export type Row =
  | { kind: 'day'; key: string; date: Date }
  | { kind: 'message'; key: string; message: TimelineMessage; startsGroup: boolean };

/**
 * Lays the messages out flat, one row each, so that a list that draws only what is seen need not draw a long monologue
 * whole.
 */
export const layRows = (messages: readonly TimelineMessage[], dayOf?: (date: Date) => string): Row[] =>
  groupMessages(messages, dayOf).flatMap(({ key, date, groups }): Row[] => [
    { kind: 'day', key: `day ${key}`, date },
    ...groups.flatMap((group) =>
      group.messages.map(
        (message, index): Row => ({
          kind: 'message',
          key: message.key,
          message,
          startsGroup: index === 0,
        }),
      ),
    ),
  ]);
