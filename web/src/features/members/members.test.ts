import type { MemberRole, RoomAction, RoomMay, RoomMemberEntry } from '@boltorezka/sdk';
import { initialRoomState } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { actionsOn, type PersonFacts } from './person-actions.ts';
import { buildRoster, type RosterPerson } from './roster.ts';
import { type ActingStanding, rolesToGive, rolesToInvite } from './standing.ts';

const mayOnly = (...actions: RoomAction[]): RoomMay => ({
  ...initialRoomState('any').may,
  ...Object.fromEntries(actions.map((action) => [action, true])),
});

const asMember = mayOnly('read', 'write', 'invite');
const asModerator = mayOnly('read', 'write', 'invite', 'manageMembers', 'seeModeration');
const asOwner = mayOnly('read', 'write', 'invite', 'manageMembers', 'seeModeration', 'grantModerator');

const entry = (userId: string, role: MemberRole, more: Partial<RoomMemberEntry> = {}): RoomMemberEntry => ({
  userId,
  userName: userId,
  role,
  joinedAt: '2026-01-01T00:00:00.000Z',
  textMutedUntil: undefined,
  voiceMutedUntil: undefined,
  ...more,
});

const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const here = (...names: string[]) => names.map((userId) => ({ userId, userName: userId }));

describe('the people of a room', () => {
  it('are those who are here, by role and name, then those who are not, by role', () => {
    const belonging = [
      entry('olga', 'owner'),
      entry('max', 'member'),
      entry('mia', 'moderator'),
      entry('gus', 'guest'),
    ];
    const sections = buildRoster({ here: here('zoe', 'max', 'olga'), belonging, nowMs });
    expect(sections.map(({ id, people }) => [id, people.map(({ userId }) => userId)])).toEqual([
      ['here', ['olga', 'max', 'zoe']],
      ['moderator', ['mia']],
      ['guest', ['gus']],
    ]);
    expect(sections[0]!.people.map(({ role }) => role)).toEqual(['owner', 'member', null]);
  });

  it.each([
    ['for good', { textMutedUntil: null }, true],
    ['until later', { voiceMutedUntil: '2026-02-01T00:00:00.000Z' }, true],
    ['until a time that is over', { textMutedUntil: '2026-01-01T00:00:00.000Z' }, false],
    ['never', {}, false],
  ] as const)('are muted where they are %s', (_how, mute, isMuted) => {
    const [section] = buildRoster({ here: [], belonging: [entry('max', 'member', mute)], nowMs });
    expect(section!.people[0]!.isMuted).toBe(isMuted);
  });
});

const person = (role: MemberRole | null, more: Partial<RosterPerson> = {}): RosterPerson => ({
  userId: 'other',
  userName: 'Other',
  role,
  isHere: true,
  isMuted: false,
  ...more,
});

const facts = (more: Partial<PersonFacts>): PersonFacts => ({
  person: person('member'),
  selfId: 'me',
  myRole: 'member',
  may: asMember,
  kind: 'room',
  isBlocked: false,
  canMention: true,
  ...more,
});

const moderation = ['role', 'mute', 'remove', 'ban'];

describe('what one can do with somebody', () => {
  it.each<{ who: string; may: RoomMay; myRole: MemberRole | null; role: MemberRole | null; more: string[] }>([
    { who: 'a member to a member', may: asMember, myRole: 'member', role: 'member', more: [] },
    { who: 'a member to a visitor', may: asMember, myRole: 'member', role: null, more: [] },
    { who: 'a moderator to a guest', may: asModerator, myRole: 'moderator', role: 'guest', more: moderation },
    {
      who: 'a moderator to a member',
      may: asModerator,
      myRole: 'moderator',
      role: 'member',
      more: moderation,
    },
    {
      who: 'a moderator to a visitor, of whom no list tells whether they are muted',
      ...{ may: asModerator, myRole: 'moderator', role: null },
      more: ['role', 'mute', 'unmute', 'remove', 'ban'],
    },
    { who: 'a moderator to a moderator', may: asModerator, myRole: 'moderator', role: 'moderator', more: [] },
    { who: 'a moderator to an owner', may: asModerator, myRole: 'moderator', role: 'owner', more: [] },
    { who: 'an owner to a moderator', may: asOwner, myRole: 'owner', role: 'moderator', more: moderation },
    { who: 'an owner to an owner', may: asOwner, myRole: 'owner', role: 'owner', more: [] },
    {
      who: 'an administrator without a role to a moderator',
      ...{ may: asOwner, myRole: null, role: 'moderator', more: moderation },
    },
  ])('as $who', ({ may, myRole, role, more }) => {
    const actions = actionsOn(facts({ may, myRole, person: person(role) }));
    expect(actions).toEqual(['message', 'mention', ...more, 'block']);
  });

  it('who is muted can be unmuted, and not muted again', () => {
    const actions = actionsOn(
      facts({ may: asModerator, myRole: 'moderator', person: person('member', { isMuted: true }) }),
    );
    expect(actions).toContain('unmute');
    expect(actions).not.toContain('mute');
  });

  it('who is blocked can be let through, and not written to', () => {
    expect(actionsOn(facts({ isBlocked: true }))).toEqual(['mention', 'unblock']);
  });

  it('in a room of two nobody is managed, and a message needs no other place', () => {
    expect(actionsOn(facts({ kind: 'direct', may: asOwner }))).toEqual(['mention', 'block']);
  });

  it('nobody is mentioned where nothing can be written', () => {
    expect(actionsOn(facts({ canMention: false }))).not.toContain('mention');
    expect(actionsOn(facts({ may: mayOnly('read') }))).not.toContain('mention');
  });

  it('who is muted and stands as high: to let them speak again', () => {
    const muted = { person: person('moderator', { isMuted: true }) };
    expect(actionsOn(facts({ ...muted, may: asModerator, myRole: 'moderator' }))).toContain('unmute');
    expect(actionsOn(facts({ ...muted, may: asModerator, myRole: 'moderator' }))).not.toContain('ban');
  });

  it('an owner: to an administrator all that a moderator does to a member', () => {
    const may = { ...asOwner, manageOwners: true };
    const actions = actionsOn(facts({ person: person('owner'), may, myRole: null }));
    expect(actions).toEqual(expect.arrayContaining(['role', 'mute', 'remove', 'ban']));
    expect(actionsOn(facts({ person: person('owner'), may: asOwner, myRole: 'owner' }))).not.toContain('ban');
  });

  it('oneself: nothing but to step down', () => {
    const self = { person: person('owner', { userId: 'me' }) };
    expect(actionsOn(facts({ ...self, may: asOwner, myRole: 'owner' }))).toEqual(['stepDown']);
    expect(actionsOn(facts({ ...self, myRole: 'member' }))).toEqual([]);
  });
});

describe('the roles that one may give', () => {
  const all = ['owner', 'moderator', 'member', 'guest'];
  it.each<{ standing: ActingStanding; target: MemberRole | null; isSelf: boolean; given: string[] }>([
    { standing: 'owner', target: 'member', isSelf: false, given: all },
    { standing: 'owner', target: null, isSelf: false, given: all },
    { standing: 'owner', target: 'owner', isSelf: false, given: [] },
    { standing: 'moderator', target: 'guest', isSelf: false, given: ['member', 'guest'] },
    { standing: 'moderator', target: 'moderator', isSelf: false, given: [] },
    { standing: 'member', target: 'guest', isSelf: false, given: [] },
    { standing: 'administrator', target: 'owner', isSelf: false, given: all },
    { standing: 'owner', target: 'owner', isSelf: true, given: all },
    { standing: 'moderator', target: 'moderator', isSelf: true, given: ['moderator', 'member', 'guest'] },
  ])('as $standing to $target, oneself=$isSelf', ({ given, ...giving }) => {
    expect(rolesToGive(giving)).toEqual(given);
  });

  it('by invitation: moderators by owners alone', () => {
    for (const standing of ['owner', 'administrator'] as const)
      expect(rolesToInvite(standing)).toContain('moderator');
    expect(rolesToInvite('moderator')).toEqual(['member', 'guest']);
    expect(rolesToInvite('member')).toEqual(['member', 'guest']);
  });
});
