import {
  type PersonFacts,
  type RoomDetails,
  type RoomFacts,
  type RoomSelf,
  refusalOf,
  roomActions,
  type User,
} from '@boltorezka/protocol';
import type { RoomAction, RoomMay } from '../types/room.ts';

/** Of accounts that the server says it of. */
export const administers = (user: User | null): boolean => user?.is_administrator === true;

/** What the answer depends on. */
export interface PolicyFacts {
  details: Pick<RoomDetails, 'kind' | 'isPublic' | 'archivedAt'> | null;
  self: RoomSelf | null;
  isAdministrator: boolean;
  nowMs: number;
}

/** Undefined is not muted, null is for good. */
const isMuted = (until: string | null | undefined, nowMs: number): boolean =>
  until !== undefined && (until === null || Date.parse(until) > nowMs);

const toRoomFacts = ({ kind, isPublic, archivedAt }: NonNullable<PolicyFacts['details']>): RoomFacts => ({
  kind,
  isPublic,
  isArchived: archivedAt !== null,
});

const toPersonFacts = ({ self, isAdministrator, nowMs }: PolicyFacts): PersonFacts => ({
  role: self?.role ?? null,
  isAdministrator,
  // Who is banned is in no room, and told of none.
  isBanned: false,
  isTextMuted: isMuted(self?.textMutedUntil, nowMs),
  isVoiceMuted: isMuted(self?.voiceMutedUntil, nowMs),
  isBlocked: self?.isBlocked ?? false,
});

/** What this person may do in the room, by the rule that the server has; nothing before it is known. */
export const permissionsOf = (facts: PolicyFacts): RoomMay => {
  const room = facts.details && toRoomFacts(facts.details);
  const person = toPersonFacts(facts);
  const mayDo = (action: RoomAction) => room !== null && refusalOf(action, room, person) === null;
  return Object.fromEntries(roomActions.map((action) => [action, mayDo(action)])) as RoomMay;
};

export const mayNothing: RoomMay = permissionsOf({
  details: null,
  self: null,
  isAdministrator: false,
  nowMs: 0,
});
