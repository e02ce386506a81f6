export { revokeInvitationsOf } from './repository.ts';
export { registerInvitationRoutes } from './routes.ts';
export { createInvitationService } from './service.ts';
