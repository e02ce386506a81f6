import type { MemberRole, RoomMay } from '@boltorezka/sdk';

/** From the least to the most. */
export const roles = ['guest', 'member', 'moderator', 'owner'] as const satisfies readonly MemberRole[];

/** As what somebody acts in a room: administrators stand above its owners. */
export type ActingStanding = MemberRole | 'administrator';

const rankOf = (standing: ActingStanding): number => [...roles, 'administrator'].indexOf(standing);

export const ownStanding = (may: RoomMay, role: MemberRole | null): ActingStanding => {
  if (may.manageOwners) return 'administrator';
  if (may.grantModerator) return 'owner';
  if (may.manageMembers) return 'moderator';
  return role ?? 'member';
};

/** Whoever has no role in a public room may do there what a member may. */
const standingOf = (role: MemberRole | null): MemberRole => role ?? 'member';

export const outranks = (one: ActingStanding, other: MemberRole | null): boolean =>
  rankOf(one) > rankOf(standingOf(other));

interface Giving {
  standing: ActingStanding;
  /** Of the person who is to be given one. */
  target: MemberRole | null;
  isSelf: boolean;
}

/** The roles that I may give somebody: the server has the same rule. Oneself one may only step down. */
export const rolesToGive = ({ standing, target, isSelf }: Giving): MemberRole[] => {
  if (isSelf) return target === null ? [] : roles.filter((role) => rankOf(role) <= rankOf(target)).reverse();
  if (!outranks(standing, target) || rankOf(standing) < rankOf('moderator')) return [];
  const most = rankOf(standing) >= rankOf('owner') ? 'owner' : 'member';
  return roles.filter((role) => rankOf(role) <= rankOf(most)).reverse();
};

/** The roles that I may invite to. */
export const rolesToInvite = (standing: ActingStanding): ('moderator' | 'member' | 'guest')[] =>
  rankOf(standing) >= rankOf('owner') ? ['member', 'moderator', 'guest'] : ['member', 'guest'];

/** Owners first, whoever has no role last. */
export const byRole = (one: MemberRole | null, other: MemberRole | null): number =>
  (other === null ? -1 : rankOf(other)) - (one === null ? -1 : rankOf(one));
