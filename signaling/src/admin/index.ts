export { createServerInvitationRepository } from './invitation-repository.ts';
export { createAdminRepository } from './repository.ts';
export { registerAdminRoutes } from './routes.ts';
export { type AdminServiceDeps, createAdminService } from './service.ts';
