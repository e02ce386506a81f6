import type { Database } from '../platform/db.ts';
import { createSearchRepository } from './repository.ts';
import { createSearchService, type SearchService } from './service.ts';

export { registerSearchRoutes } from './routes.ts';

/** Finds what was written. */
export const createSearch = (db: Database): SearchService =>
  createSearchService({ repository: createSearchRepository(db) });
