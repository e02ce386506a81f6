import { limits } from '@boltorezka/protocol';
import { createKeyedBuckets, type KeyedBuckets } from '../platform/token-bucket.ts';

/** What one person may do how often, by whichever socket; each door has a budget of its own. */
export interface ChatLimits {
  send: KeyedBuckets;
  edit: KeyedBuckets;
  delete: KeyedBuckets;
  react: KeyedBuckets;
  pin: KeyedBuckets;
  dismissPreview: KeyedBuckets;
  typing: KeyedBuckets;
  read: KeyedBuckets;
  search: KeyedBuckets;
}

/** A page that scrolls marks more than it writes. */
const readsPerSend = 4;

/** Somebody who types a query has a few of its words looked for. */
const searchLimit = { burst: 20, perSecond: 1 };

/** @param sendPerSecond is configured; what costs the same is allowed as often. */
export const createChatLimits = (sendPerSecond: number): ChatLimits => {
  const often = (perSecond: number) => createKeyedBuckets({ burst: perSecond * 3, perSecond });
  return {
    send: often(sendPerSecond),
    edit: often(sendPerSecond),
    delete: often(sendPerSecond),
    react: often(sendPerSecond),
    pin: often(sendPerSecond),
    dismissPreview: often(sendPerSecond),
    // One for each room and thread that somebody writes in at a time, with room for impatience.
    typing: createKeyedBuckets({ burst: 6, perSecond: 2_000 / limits.typingIntervalMs }),
    read: often(sendPerSecond * readsPerSend),
    search: createKeyedBuckets(searchLimit),
  };
};
