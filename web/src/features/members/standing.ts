import type { MemberRole, RoomMay } from '@boltorezka/sdk';

/** From the least to the most. */
export const roles = ['guest', 'member', 'moderator', 'owner'] as const satisfies readonly MemberRole[];

const rankOf = (role: MemberRole): number => roles.indexOf(role);

/** As what I act in a room: an administrator as its owner. */
export const ownStanding = (may: RoomMay, role: MemberRole | null): MemberRole => {
  if (may.grantModerator) return 'owner';
  if (may.manageMembers) return 'moderator';
  return role ?? 'member';
};

/** Whoever has no role in a public room may do there what a member may. */
const standingOf = (role: MemberRole | null): MemberRole => role ?? 'member';

export const outranks = (one: MemberRole, other: MemberRole | null): boolean =>
  rankOf(one) > rankOf(standingOf(other));

interface Giving {
  standing: MemberRole;
  /** Of the person who is to be given one. */
  target: MemberRole | null;
  isSelf: boolean;
}

/** The roles that I may give somebody: the server has the same rule. Oneself one may only step down. */
export const rolesToGive = ({ standing, target, isSelf }: Giving): MemberRole[] => {
  if (isSelf) return target === null ? [] : roles.filter((role) => rankOf(role) <= rankOf(target)).reverse();
  if (!outranks(standing, target) || rankOf(standing) < rankOf('moderator')) return [];
  const most = standing === 'owner' ? 'owner' : 'member';
  return roles.filter((role) => rankOf(role) <= rankOf(most)).reverse();
};

/** The roles that I may invite to. */
export const rolesToInvite = (standing: MemberRole): ('moderator' | 'member' | 'guest')[] =>
  standing === 'owner' ? ['member', 'moderator', 'guest'] : ['member', 'guest'];

/** Owners first, whoever has no role last. */
export const byRole = (one: MemberRole | null, other: MemberRole | null): number =>
  (other === null ? -1 : rankOf(other)) - (one === null ? -1 : rankOf(one));
