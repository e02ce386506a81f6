import { createAuditRepository, registerAuditRoutes } from './audit/index.ts';
import { claim } from './auth/index.ts';
import type { Domain } from './domain.ts';
import type { RouteRegistrar } from './http/route.ts';
import {
  createInvitationService,
  registerInvitationRoutes,
  revokeInvitationsOf,
} from './invitations/index.ts';
import {
  createMemberService,
  createRequestService,
  createSentenceService,
  createTellMembers,
  registerMemberRoutes,
} from './members/index.ts';
import { createReportService, registerReportRoutes } from './moderation/index.ts';
import { registerPeopleRoutes } from './people/index.ts';
import type { Database } from './platform/db.ts';
import type { SharedCounter } from './platform/redis-counter.ts';
import { createSharedBuckets } from './platform/shared-buckets.ts';
import { createKeyedBuckets } from './platform/token-bucket.ts';
import { createRoomService, registerRoomRoutes } from './rooms/index.ts';

export interface TeamDeps {
  db: Database;
  /** Counts with the other processes; left out where there are none. */
  counter?: SharedCounter | undefined;
  /** Of rooms and of who is in them, by one person; as many at once. */
  changesPerMinute: number;
  domain: Domain;
}

/** A handful of any at once, then one in so many seconds. */
const perSeconds = (seconds: number, burst = 20) => createKeyedBuckets({ burst, perSecond: 1 / seconds });

/** What one person may do in so much time, whatever the number of their sessions. */
const createBuckets = ({ counter, changesPerMinute }: TeamDeps) => ({
  create: perSeconds(6),
  direct: perSeconds(6),
  change: createKeyedBuckets({ burst: changesPerMinute, perSecond: changesPerMinute / 60 }),
  ask: perSeconds(30, 10),
  report: perSeconds(10, 10),
  invite: perSeconds(10),
  accept: createSharedBuckets({ name: 'accept', counter, limit: { burst: 10, perSecond: 1 / 6 } }),
  block: perSeconds(3, 30),
  // As fast as somebody types.
  find: createKeyedBuckets({ burst: 60, perSecond: 5 }),
});

/** Rooms, who belongs to them, how they come in, and what moderators do: wired to each other, and served. */
export const registerTeamRoutes = (route: RouteRegistrar, deps: TeamDeps) => {
  const { db, domain } = deps;
  const { publish, guard, requireInRoom, rooms, news, waiting } = domain;
  const buckets = createBuckets(deps);
  const { tellRoom: tellWaiting, tellServer: tellServerWaiting } = waiting;
  const tell = createTellMembers({ news, waiting });
  const service = createRoomService({ db, news, waiting, claim, purging: domain.purging });
  const memberDeps = {
    ...{ db, tell, revokeInvitations: revokeInvitationsOf },
    eraseLastDay: domain.erasing.eraseLastDay,
  };
  const members = createMemberService(memberDeps);
  const sentences = createSentenceService(memberDeps);
  const requests = createRequestService({ db, tell, tellWaiting, requireInRoom });
  const invitations = createInvitationService({ db, requireInRoom, tell });
  const reports = createReportService({
    ...{ db, requireInRoom, tellWaiting, tellServerWaiting },
    findReadable: guard.findReadable,
  });
  registerRoomRoutes(route, { db, rooms, service, direct: domain.direct, requireInRoom, buckets });
  registerMemberRoutes(route, { db, members, sentences, requests, requireInRoom, buckets });
  registerInvitationRoutes(route, { invitations, buckets });
  registerReportRoutes(route, { reports, reportBuckets: buckets.report });
  registerPeopleRoutes(route, {
    db,
    requireInRoom,
    publish,
    findBuckets: buckets.find,
    blockBuckets: buckets.block,
  });
  registerAuditRoutes(route, {
    audit: createAuditRepository(db),
    requireModerator: (slug, userId) => requireInRoom(slug, userId, 'seeModeration'),
  });
};
