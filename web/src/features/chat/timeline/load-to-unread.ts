import type { OpenRoom, TimelineMessage } from '@boltorezka/sdk';
import { findFirstUnread } from './rows.ts';

/** Who was away for longer than so many pages is led as far as these reach. */
const maxPages = 20;

/**
 * Loads what is further back until the first message that was not read is among it, or as near as can be had.
 * What cannot be loaded is not asked for again: whoever looks sees why, and may try again.
 */
export const loadToUnread = async (
  room: Pick<OpenRoom, 'state' | 'loadOlder'>,
  meId: string,
): Promise<TimelineMessage | undefined> => {
  const find = () => {
    const { messages, unreadLineSeq, hasOlder } = room.state.get();
    const first = findFirstUnread(messages, { unreadAfterSeq: unreadLineSeq, meId });
    return { first, isReached: first !== messages[0] || !hasOlder };
  };
  let { first, isReached } = find();
  for (let page = 0; page < maxPages && !isReached; page += 1) {
    await room.loadOlder();
    ({ first, isReached } = find());
    if (room.state.get().historyError !== null) break;
  }
  return first;
};
