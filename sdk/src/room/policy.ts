import type { MemberRole, RoomDetails, RoomSelf } from '@boltorezka/protocol';
import type { RoomAction, RoomMay } from '../types/room.ts';

type Standing = 'stranger' | 'guest' | 'member' | 'moderator' | 'owner' | 'administrator';

const ranks: Record<Standing, number> = {
  stranger: 0,
  guest: 1,
  member: 2,
  moderator: 3,
  owner: 4,
  administrator: 5,
};

/** The least that somebody must be, as the server has it: signaling/src/rooms/policy.ts. */
const leastStanding: Record<RoomAction, Standing> = {
  read: 'guest',
  write: 'guest',
  react: 'guest',
  speak: 'guest',
  report: 'guest',
  attach: 'member',
  startThread: 'member',
  invite: 'member',
  pin: 'moderator',
  mentionEveryone: 'moderator',
  skipSlowMode: 'moderator',
  deleteOthersMessages: 'moderator',
  seeAllInvitations: 'moderator',
  decideRequests: 'moderator',
  manageMembers: 'moderator',
  seeModeration: 'moderator',
  changeTopic: 'moderator',
  changePlace: 'owner',
  changeRoom: 'owner',
  grantModerator: 'owner',
  manageOwners: 'administrator',
  deleteRoom: 'owner',
};

const roomActions = Object.keys(leastStanding) as RoomAction[];

/** Both people of a direct room may do these, and nothing else. */
const directActions: ReadonlySet<RoomAction> = new Set([
  'read',
  'write',
  'react',
  'speak',
  'attach',
  'startThread',
  'pin',
  'report',
]);

/** What an archived room is closed for. */
const writingActions: ReadonlySet<RoomAction> = new Set([
  'write',
  'react',
  'speak',
  'attach',
  'startThread',
  'pin',
  'mentionEveryone',
  'invite',
  'changeTopic',
]);

/** What somebody cannot do to a person who has blocked them, or whom they have blocked. */
const addressingActions: ReadonlySet<RoomAction> = new Set([
  'write',
  'react',
  'speak',
  'attach',
  'startThread',
  'pin',
]);

/** What somebody who is muted may not do. */
const textActions: ReadonlySet<RoomAction> = new Set([
  'write',
  'react',
  'attach',
  'startThread',
  'mentionEveryone',
  // A topic is read by everybody, as what is written is.
  'changeTopic',
]);

/** What the answer depends on. */
export interface PolicyFacts {
  details: Pick<RoomDetails, 'kind' | 'isPublic' | 'archivedAt'> | null;
  self: RoomSelf | null;
  isAdministrator: boolean;
  nowMs: number;
}

/** Undefined is not muted, null is for good. */
export const isMuted = (until: string | null | undefined, nowMs: number): boolean =>
  until !== undefined && (until === null || Date.parse(until) > nowMs);

const standingOf = ({ details, self, isAdministrator }: PolicyFacts): Standing => {
  const role: MemberRole | null = self?.role ?? null;
  if (!details) return 'stranger';
  if (details.kind === 'direct') return role === null ? 'stranger' : 'member';
  if (role === null && !details.isPublic) return 'stranger';
  if (isAdministrator) return 'administrator';
  return role ?? 'member';
};

const mayDo = (action: RoomAction, facts: PolicyFacts): boolean => {
  const { details, self, nowMs } = facts;
  // Also of a private room that they do not read.
  if (action === 'deleteRoom' && facts.isAdministrator && details?.kind === 'room') return true;
  const standing = standingOf(facts);
  if (!details || standing === 'stranger') return false;
  const isAllowed =
    details.kind === 'direct' ? directActions.has(action) : ranks[standing] >= ranks[leastStanding[action]];
  if (!isAllowed) return false;
  if (details.archivedAt !== null && writingActions.has(action)) return false;
  if (details.kind === 'direct' && self?.isBlocked && addressingActions.has(action)) return false;
  return !(textActions.has(action) && isMuted(self?.textMutedUntil, nowMs));
};

/** What this person may do in the room; nothing before it is known. */
export const permissionsOf = (facts: PolicyFacts): RoomMay =>
  Object.fromEntries(roomActions.map((action) => [action, mayDo(action, facts)])) as Record<
    RoomAction,
    boolean
  >;

export const mayNothing: RoomMay = permissionsOf({
  details: null,
  self: null,
  isAdministrator: false,
  nowMs: 0,
});
