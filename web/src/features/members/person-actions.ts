import type { MemberRole, RoomMay, RoomState } from '@boltorezka/sdk';
import type { RosterPerson } from './roster.ts';
import { outranks, ownStanding, rolesToGive } from './standing.ts';

export const personActions = [
  'message',
  'mention',
  'role',
  'stepDown',
  'mute',
  'unmute',
  'remove',
  'ban',
  'block',
  'unblock',
] as const;
export type PersonAction = (typeof personActions)[number];

export interface PersonFacts {
  person: RosterPerson;
  selfId: string;
  myRole: MemberRole | null;
  may: RoomMay;
  kind: NonNullable<RoomState['details']>['kind'];
  isBlocked: boolean;
  /** Something that is being written can take the name. */
  canMention: boolean;
}

const managing = ({ person, may, myRole }: PersonFacts): PersonAction[] => {
  const standing = ownStanding(may, myRole);
  if (!may.manageMembers) return [];
  // Whoever was silenced stays so by nobody's rank.
  if (!outranks(standing, person.role)) return person.isMuted ? ['unmute'] : [];
  const hasRoles = rolesToGive({ standing, target: person.role, isSelf: false }).length > 0;
  // Whether somebody who does not belong to the room is muted there, no list tells.
  const mutes =
    person.role === null ? (['mute', 'unmute'] as const) : ([person.isMuted ? 'unmute' : 'mute'] as const);
  return [...(hasRoles ? (['role'] as const) : []), ...mutes, 'remove', 'ban'];
};

/** What I can do with somebody of the room: what the server would refuse is not offered. */
export const actionsOn = (facts: PersonFacts): PersonAction[] => {
  const { person, selfId, may, kind, isBlocked, canMention, myRole } = facts;
  if (person.userId === selfId) {
    return kind === 'room' && (myRole === 'owner' || myRole === 'moderator') ? ['stepDown'] : [];
  }
  return [
    ...(kind === 'room' && !isBlocked ? (['message'] as const) : []),
    ...(may.write && canMention ? (['mention'] as const) : []),
    ...(kind === 'room' ? managing(facts) : []),
    isBlocked ? 'unblock' : 'block',
  ];
};
