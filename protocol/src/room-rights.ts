import type { MemberRole } from './room-shapes.ts';

/**
 * What can be done in a room; `manage` words are about what others do. The server decides by it, and a client offers by it.
 */
export const roomActions = [
  'read',
  'write',
  'react',
  'speak',
  'report',
  'attach',
  'startThread',
  'pin',
  'mentionEveryone',
  'skipSlowMode',
  'deleteOthersMessages',
  'invite',
  'seeAllInvitations',
  'decideRequests',
  'manageMembers',
  'seeModeration',
  'changeTopic',
  'changePlace',
  'changeRoom',
  'grantModerator',
  'manageOwners',
  'deleteRoom',
] as const;
export type RoomAction = (typeof roomActions)[number];

/** What somebody counts as in a room, from the least to the most. */
export const standings = [
  'banned',
  'stranger',
  'guest',
  'member',
  'moderator',
  'owner',
  'administrator',
] as const;
export type Standing = (typeof standings)[number];

/** What a room has to do with what is allowed in it. */
export interface RoomFacts {
  isPublic: boolean;
  kind: 'room' | 'direct';
  isArchived: boolean;
}

/** What a person has to do with it. */
export interface PersonFacts {
  role: MemberRole | null;
  isAdministrator: boolean;
  isBanned: boolean;
  isTextMuted: boolean;
  isVoiceMuted: boolean;
  /** Of a direct room: one of its two people has blocked the other. */
  isBlocked: boolean;
}

/** The least that somebody must be; nobody who is less may. */
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

/** What an archived room is closed for; it can still be read, and tidied up. */
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

export const rankOf = (standing: Standing): number => standings.indexOf(standing);

/**
 * What somebody counts as. Whoever is signed in is a member of a public room; an administrator stands above the owners of
 * every room that they may enter: what others write in private is not theirs to read.
 */
export const standingOf = (room: RoomFacts, person: PersonFacts): Standing => {
  if (person.isBanned) return 'banned';
  if (room.kind === 'direct') return person.role === null ? 'stranger' : 'member';
  if (person.role === null && !room.isPublic) return 'stranger';
  if (person.isAdministrator) return 'administrator';
  return person.role ?? 'member';
};

/** Why something is refused; null where it is allowed. */
export type Refusal = 'banned' | 'stranger' | 'direct' | 'standing' | 'archived' | 'blocked' | 'muted';

export const refusalOf = (action: RoomAction, room: RoomFacts, person: PersonFacts): Refusal | null => {
  // Whoever answers for the server ends a room without reading what is written there, and no moderator keeps them from it.
  if (action === 'deleteRoom' && person.isAdministrator && room.kind === 'room') return null;
  const standing = standingOf(room, person);
  if (standing === 'banned' || standing === 'stranger') return standing;
  const isDirect = room.kind === 'direct';
  if (isDirect && !directActions.has(action)) return 'direct';
  if (!isDirect && rankOf(standing) < rankOf(leastStanding[action])) return 'standing';
  if (room.isArchived && writingActions.has(action)) return 'archived';
  if (isDirect && person.isBlocked && addressingActions.has(action)) return 'blocked';
  if (person.isTextMuted && textActions.has(action)) return 'muted';
  // Who may not speak may sit there and listen.
  return null;
};

/** May one do to the other what moderators do: send out, ban, silence, give another role? */
export const outranks = (actor: Standing, target: Standing): boolean => rankOf(actor) > rankOf(target);
