export { createBlockRepository } from './repository.ts';
export { registerPeopleRoutes } from './routes.ts';
