import { type MemberRole, type Standing, standings } from '@boltorezka/protocol';
import { describe, expect, it } from 'vitest';
import { mayInviteAs, maySetRole } from './policy.ts';

const roles: MemberRole[] = ['guest', 'member', 'moderator', 'owner'];

/** For each target, in the order of `standings`: which roles the actor may give it, by their first letters. */
const given: Partial<Record<Standing, string[]>> = {
  guest: ['', '', '', '', '', '', ''],
  member: ['', '', '', '', '', '', ''],
  moderator: ['gm', 'gm', 'gm', 'gm', '', '', ''],
  owner: ['gmMo', 'gmMo', 'gmMo', 'gmMo', 'gmMo', '', ''],
  administrator: ['gmMo', 'gmMo', 'gmMo', 'gmMo', 'gmMo', 'gmMo', ''],
};
const letters: Record<MemberRole, string> = { guest: 'g', member: 'm', moderator: 'M', owner: 'o' };

describe('a role', () => {
  const cells = Object.entries(given).flatMap(([actor, row]) =>
    row.flatMap((allowed, index) =>
      roles.map((role) => ({
        actor: actor as Standing,
        target: standings[index] as Standing,
        role,
        allowed: allowed.includes(letters[role]),
      })),
    ),
  );

  it.each(cells)('$role may be given by a $actor to a $target: $allowed', ({ allowed, ...change }) => {
    // A member has no business with roles at all: `manageMembers` refuses before this is asked.
    expect(maySetRole({ ...change, isSelf: false })).toBe(allowed);
  });

  it('is lowered by whoever has it, and never raised', () => {
    const own = (actor: Standing) =>
      roles.filter((role) => maySetRole({ actor, target: actor, role, isSelf: true }));
    expect(own('guest')).toEqual(['guest']);
    expect(own('member')).toEqual(['guest', 'member']);
    expect(own('moderator')).toEqual(['guest', 'member', 'moderator']);
    expect(own('owner')).toEqual(roles);
  });
});

describe('an invitation', () => {
  it('is to what a moderator may give, by members too; to moderators by owners alone', () => {
    const by = (actor: Standing) => roles.filter((role) => role !== 'owner' && mayInviteAs(actor, role));
    expect(by('member')).toEqual(['guest', 'member']);
    expect(by('moderator')).toEqual(['guest', 'member']);
    expect(by('owner')).toEqual(['guest', 'member', 'moderator']);
  });
});
