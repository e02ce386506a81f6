import { type MemberRole, outranks, type RoomFacts, rankOf, type Standing } from '@boltorezka/protocol';

/** What somebody must be to give others that role. */
const leastToGive: Record<MemberRole, Standing> = {
  owner: 'owner',
  moderator: 'owner',
  member: 'moderator',
  guest: 'moderator',
};

export const mayGive = (actor: Standing, role: MemberRole): boolean =>
  rankOf(actor) >= rankOf(leastToGive[role]);

/**
 * May a role be given to somebody? Owners stay what they are, unless they step down themselves; nobody raises themselves,
 * and nobody touches who stands as high as they do.
 */
export const maySetRole = (change: {
  actor: Standing;
  target: Standing;
  role: MemberRole;
  isSelf: boolean;
}): boolean => {
  const { actor, target, role, isSelf } = change;
  if (isSelf) return rankOf(role) <= rankOf(actor);
  return outranks(actor, target) && mayGive(actor, role);
};

/** May an invitation to that role be made? Whoever may invite brings members and guests; more is given by owners. */
export const mayInviteAs = (actor: Standing, role: MemberRole): boolean =>
  rankOf(role) <= rankOf('member') || mayGive(actor, role);

/**
 * In a public room nobody is a member already, and a guest is somebody who may do less. Who is sent out of it or would leave
 * it stays a guest there, and nobody becomes one by an invitation: either would change what a moderator has decided.
 */
export const isLessThanNobody = (room: Pick<RoomFacts, 'isPublic'>, role: MemberRole | null): boolean =>
  room.isPublic && role === 'guest';
