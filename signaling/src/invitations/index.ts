export { revokeInvitationsOf } from './repository.ts';
export { registerInvitationRoutes } from './routes.ts';
export { createInvitationService, maxUsableInvitations } from './service.ts';
export { hashInvitationCode, type UsedInvitation, useInvitation } from './use-repository.ts';
