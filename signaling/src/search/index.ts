export { createSearchRepository } from './repository.ts';
export { registerSearchRoutes } from './routes.ts';
