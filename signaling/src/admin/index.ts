export { createServerInvitationRepository } from './invitation-repository.ts';
export { createAdminRepository } from './repository.ts';
export { registerAdminRoutes } from './routes.ts';
export { createAdminService } from './service.ts';
