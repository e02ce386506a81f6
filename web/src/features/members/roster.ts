import type { Member, MemberRole, RoomMemberEntry } from '@boltorezka/sdk';
import { nameTags } from '../../lib/name-tags.ts';
import { byRole, roles } from './standing.ts';

/** Somebody in the list of a room's people. */
export interface RosterPerson extends Member {
  /** Null in a public room where they are without belonging to it. */
  role: MemberRole | null;
  isHere: boolean;
  isMuted: boolean;
  /** Where somebody else in the list is called the same. */
  tag?: string;
}

export interface RosterSection {
  /** Who is here now; then who belongs to the room and is not, role by role. */
  id: 'here' | MemberRole;
  people: RosterPerson[];
}

const byName = (one: Member, other: Member): number => one.userName.localeCompare(other.userName);

const isSilenced = (entry: RoomMemberEntry | undefined, nowMs: number): boolean =>
  [entry?.textMutedUntil, entry?.voiceMutedUntil].some(
    (until) => until === null || (until !== undefined && Date.parse(until) > nowMs),
  );

const tagOf = (tag: string | undefined) => (tag === undefined ? {} : { tag });

interface Room {
  here: readonly Member[];
  belonging: readonly RoomMemberEntry[];
  nowMs: number;
}

/** Everybody of a room once: first who is here, then who is not. Sections without people are left out. */
export const buildRoster = ({ here, belonging, nowMs }: Room): RosterSection[] => {
  const entries = new Map(belonging.map((entry) => [entry.userId, entry]));
  const tags = nameTags([...here, ...belonging]);
  const toPerson = ({ userId, userName }: Member, isHere: boolean): RosterPerson => ({
    userId,
    userName,
    role: entries.get(userId)?.role ?? null,
    isHere,
    isMuted: isSilenced(entries.get(userId), nowMs),
    ...tagOf(tags.get(userId)),
  });
  const hereIds = new Set(here.map(({ userId }) => userId));
  const present = here
    .map((member) => toPerson(member, true))
    .sort((one, other) => byRole(one.role, other.role) || byName(one, other));
  const away = belonging
    .filter(({ userId }) => !hereIds.has(userId))
    .map((entry) => toPerson(entry, false))
    .sort(byName);
  return [
    { id: 'here' as const, people: present },
    ...roles.toReversed().map((id) => ({ id, people: away.filter(({ role }) => role === id) })),
  ].filter(({ people }) => people.length > 0);
};
