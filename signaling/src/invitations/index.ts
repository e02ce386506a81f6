export { hashInvitationCode, type UsedInvitation, useInvitation } from './use-repository.ts';
