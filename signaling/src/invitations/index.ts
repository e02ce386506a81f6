export { revokeInvitationsOf } from './repository.ts';
export { registerInvitationRoutes } from './routes.ts';
export { createInvitationService } from './service.ts';
export { hashInvitationCode, type UsedInvitation, useInvitation } from './use-repository.ts';
