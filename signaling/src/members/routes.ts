import { parseTimeCursor } from '../http/cursor.ts';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { Database } from '../platform/db.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import { changingTooFast, type RequireInRoom } from '../rooms/index.ts';
import { selectBans, selectMutes } from './ban-repository.ts';
import { selectMembers } from './repository.ts';
import type { RequestService } from './request-service.ts';
import type { SentenceService } from './sentence-service.ts';
import type { MemberAsked, MemberService } from './service.ts';

export interface MemberRouteDeps {
  db: Database;
  members: MemberService;
  sentences: SentenceService;
  requests: RequestService;
  requireInRoom: RequireInRoom;
  buckets: {
    /** By person: each change is told to everybody in the room. */
    change: KeyedBuckets;
    /** By person: each request is told to moderators. */
    ask: KeyedBuckets;
  };
}

const done = answer(200, { ok: true as const });

interface PersonInput {
  session: { user: { id: string } };
  params: { slug: string; user_id: string };
}

/** Who does it, where, and to whom, within what one may do in so much time. */
const createTakeAsked =
  ({ buckets }: MemberRouteDeps) =>
  ({ session, params }: PersonInput): MemberAsked => {
    spend(buckets.change, session.user.id, changingTooFast);
    return { slug: params.slug, actorId: session.user.id, userId: params.user_id };
  };

const registerMembers = (route: RouteRegistrar, deps: MemberRouteDeps): void => {
  const { db, members, sentences, requireInRoom } = deps;
  const takeAsked = createTakeAsked(deps);

  route('members.list', async ({ session, params, query: { cursor, limit } }) => {
    const { room } = await requireInRoom(params.slug, session.user.id, 'read');
    const page = await selectMembers(db, room.id, { after: parseTimeCursor(cursor), limit });
    return answer(200, { members: page.entries, next_cursor: page.nextCursor });
  });
  route('members.set', async (input) =>
    answer(200, { member: await members.setRole(takeAsked(input), input.body.role) }),
  );
  route('members.remove', async (input) => {
    await members.remove(takeAsked(input));
    return done;
  });
  route('mutes.list', async ({ session, params, query: { cursor, limit } }) => {
    const { room } = await requireInRoom(params.slug, session.user.id, 'manageMembers');
    const page = await selectMutes(db, room.id, { after: parseTimeCursor(cursor), limit });
    return answer(200, { mutes: page.entries, next_cursor: page.nextCursor });
  });
  route('members.mute', async (input) => {
    await sentences.mute(takeAsked(input), input.body);
    return done;
  });
  route('members.unmute', async (input) => {
    await sentences.unmute(takeAsked(input));
    return done;
  });
};

const registerBans = (route: RouteRegistrar, deps: MemberRouteDeps): void => {
  const { db, sentences, requireInRoom } = deps;
  const takeAsked = createTakeAsked(deps);

  route('bans.list', async ({ session, params, query: { cursor, limit } }) => {
    const { room } = await requireInRoom(params.slug, session.user.id, 'manageMembers');
    const page = await selectBans(db, room.id, { after: parseTimeCursor(cursor), limit });
    return answer(200, { bans: page.entries, next_cursor: page.nextCursor });
  });
  route('bans.set', async (input) => {
    await sentences.ban(takeAsked(input), input.body);
    return done;
  });
  route('bans.lift', async (input) => {
    await sentences.lift(takeAsked(input));
    return done;
  });
};

const registerRequests = (route: RouteRegistrar, deps: MemberRouteDeps): void => {
  const { requests, buckets } = deps;
  const takeAsked = createTakeAsked(deps);

  route('joinRequests.look', async ({ session, params }) =>
    answer(200, { door: await requests.look({ slug: params.slug, userId: session.user.id }) }),
  );
  route('joinRequests.create', async ({ session, params, body }) => {
    spend(buckets.ask, session.user.id, 'You ask too often; wait a minute.');
    await requests.ask({ slug: params.slug, userId: session.user.id }, body.text);
    return answer(201, { ok: true as const });
  });
  route('joinRequests.withdraw', async ({ session, params }) => {
    await requests.withdraw({ slug: params.slug, userId: session.user.id });
    return done;
  });
  route('joinRequests.list', async ({ session, params }) =>
    answer(200, { requests: await requests.list({ slug: params.slug, userId: session.user.id }) }),
  );
  route('joinRequests.decide', async (input) => {
    await requests.decide(takeAsked(input), input.body);
    return done;
  });
};

export const registerMemberRoutes = (route: RouteRegistrar, deps: MemberRouteDeps): void => {
  registerMembers(route, deps);
  registerBans(route, deps);
  registerRequests(route, deps);
};
