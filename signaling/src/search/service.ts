import { AppError } from '@boltorezka/protocol';
import pLimit from 'p-limit';
import type { SearchAsked, SearchRepository } from './repository.ts';

export interface SearchServiceDeps {
  repository: SearchRepository;
  timeoutMs?: number;
}

/** Of the connections to the database that everybody has, messages need most. */
const atOnce = 3;
const waitingAtMost = 30;
/** Nobody waits longer for words; what takes so long would take it from others. */
const defaultTimeoutMs = 2_000;

/** SQLSTATE of a statement that was ended, by its timeout. */
const tookTooLong = '57014';

const wasTooSlow = (error: unknown): boolean =>
  error instanceof AppError &&
  error.cause instanceof Error &&
  'code' in error.cause &&
  error.cause.code === tookTooLong;

/** Searches, few at a time and each for a short while: whoever writes does not wait for whoever searches. */
export const createSearchService = ({ repository, timeoutMs = defaultTimeoutMs }: SearchServiceDeps) => {
  const limit = pLimit(atOnce);
  return {
    /** @throws AppError `Unavailable` where too many search, or this takes too long. */
    find: async (asked: SearchAsked): ReturnType<SearchRepository['find']> => {
      if (limit.pendingCount >= waitingAtMost)
        throw new AppError('Unavailable', 'Too many people are searching; try again in a moment.');
      try {
        return await limit(() => repository.find(asked, timeoutMs));
      } catch (error) {
        if (!wasTooSlow(error)) throw error;
        throw new AppError(
          'Unavailable',
          'The search took too long. Name a rarer word, a room, a person or a time.',
        );
      }
    },
  };
};

export type SearchService = ReturnType<typeof createSearchService>;
