export { SentenceEndings } from './endings.ts';
export { admit, createTellMembers, type MemberNews, type TellMembers } from './news.ts';
export { isLessThanNobody, mayInviteAs } from './policy.ts';
export { selectAskedRoomIds } from './request-repository.ts';
export { createRequestService } from './request-service.ts';
export { giveRole } from './role.ts';
export { registerMemberRoutes } from './routes.ts';
export { createSentenceService } from './sentence-service.ts';
export { createMemberService } from './service.ts';
