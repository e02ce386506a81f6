import type { ChatMessage, LinkPreview } from '@boltorezka/protocol';
import { LRUCache } from 'lru-cache';
import pLimit from 'p-limit';
import type { Logger } from '../platform/log.ts';
import { createKeyedBuckets } from '../platform/token-bucket.ts';
import { linksIn } from './links.ts';
import type { MadePicture } from './pictures.ts';

/** What is shown of a page. */
export interface FoundPage extends Omit<LinkPreview, 'url' | 'picture'> {
  picture?: MadePicture;
}

/** Of one of the addresses that a message names. */
export interface FoundPreview extends FoundPage {
  url: string;
}

export interface PreviewServiceDeps {
  /** What the page at an address says of itself; rejects or is undefined where there is nothing to say. */
  fetchSummary: (url: string, closing: AbortSignal) => Promise<FoundPage | undefined>;
  /** Gives a message its previews, and tells everybody in its room. */
  attachPreviews: (messageId: string, previews: FoundPreview[]) => Promise<void>;
  log: Logger;
}

export interface PreviewService {
  /** Looks at what was just written. Returns at once, never throws, and nobody waits for what comes of it. */
  onWritten(message: Pick<ChatMessage, 'id' | 'userId' | 'text'>): void;
  /** No more is fetched; resolves when what is being written is written. */
  close(): Promise<void>;
}

const atOnce = 4;
/** More than these are not worth waiting for: their messages are long read. */
const waitingAtMost = 100;
/** Links of one person: a handful at once, then one in five seconds. */
const linkLimit = { burst: 12, perSecond: 0.2 };
/** Everybody pastes the same link. With their pictures, these take up 30 MB at most. */
const remembered = { max: 300, ttl: 10 * 60_000 };

/** Pages that were asked for lately, also those that had nothing to say. */
const createSummaries = (
  { fetchSummary, log }: PreviewServiceDeps,
  closing: AbortSignal,
): ((url: string) => Promise<FoundPage | undefined>) => {
  const known = new LRUCache<string, Promise<FoundPage | undefined>>(remembered);
  const limit = pLimit(atOnce);
  const fetchOnce = async (url: string) => {
    if (closing.aborted) return undefined;
    // The address is what somebody wrote: it is not for the log.
    return fetchSummary(url, closing).catch((error: unknown) => {
      log.debug({ reason: error instanceof Error ? error.name : 'unknown' }, 'no preview of a link');
      return undefined;
    });
  };
  return (url) => {
    const earlier = known.get(url);
    if (earlier) return earlier;
    if (limit.pendingCount >= waitingAtMost) return Promise.resolve(undefined);
    const fetching = limit(() => fetchOnce(url));
    known.set(url, fetching);
    return fetching;
  };
};

/** Previews of the links in messages, fetched by the process that took the message, after it was acknowledged. */
export const createPreviewService = (deps: PreviewServiceDeps): PreviewService => {
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const buckets = createKeyedBuckets(linkLimit);
  const summaryOf = createSummaries(deps, closing.signal);

  const preview = async (messageId: string, urls: string[]): Promise<void> => {
    const found = await Promise.all(urls.map(async (url) => ({ url, summary: await summaryOf(url) })));
    const previews = found.flatMap(({ url, summary }) => (summary ? [{ url, ...summary }] : []));
    if (previews.length > 0 && !closing.signal.aborted) await deps.attachPreviews(messageId, previews);
  };

  return {
    onWritten: ({ id, userId, text }) => {
      if (closing.signal.aborted || !text.includes('://')) return;
      const urls = linksIn(text).filter(() => buckets.of(userId).take());
      if (urls.length === 0) return;
      const task = preview(id, urls)
        .catch((error: unknown) => deps.log.warn({ err: error }, 'previews were not written'))
        .finally(() => running.delete(task));
      running.add(task);
    },
    close: async () => {
      closing.abort();
      await Promise.all(running);
    },
  };
};
