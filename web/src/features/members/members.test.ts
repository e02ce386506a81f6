import type { MemberRole, RoomAction, RoomMay, RoomMemberEntry } from '@boltorezka/sdk';
import { initialRoomState } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { actionsOn, type PersonFacts } from './person-actions.ts';
import { buildRoster, type RosterPerson } from './roster.ts';
import { rolesToGive, rolesToInvite } from './standing.ts';

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
    const belonging = [entry('olga', 'owner'), entry('max', 'member'), entry('mia', 'moderator'), entry('gus', 'guest')];
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
  it.each([
    ['a member to a member', asMember, 'member', 'member', []],
    ['a member to a visitor', asMember, 'member', null, []],
    ['a moderator to a guest', asModerator, 'moderator', 'guest', moderation],
    ['a moderator to a member', asModerator, 'moderator', 'member', moderation],
    [
      'a moderator to a visitor of a public room, of whom no list tells whether they are muted',
      ...([asModerator, 'moderator', null, ['role', 'mute', 'unmute', 'remove', 'ban']] as const),
    ],
    ['a moderator to a moderator', asModerator, 'moderator', 'moderator', []],
    ['a moderator to an owner', asModerator, 'moderator', 'owner', []],
    ['an owner to a moderator', asOwner, 'owner', 'moderator', moderation],
    ['an owner to an owner', asOwner, 'owner', 'owner', []],
    ['an administrator without a role to a moderator', asOwner, null, 'moderator', moderation],
  ] as const)('as %s', (_who, may, myRole, role, expected) => {
    const actions = actionsOn(facts({ may, myRole, person: person(role) }));
    expect(actions).toEqual(['message', 'mention', ...expected, 'block']);
  });

  it('who is muted can be unmuted, and not muted again', () => {
    const actions = actionsOn(facts({ may: asModerator, myRole: 'moderator', person: person('member', { isMuted: true }) }));
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

  it('oneself: nothing but to step down', () => {
    const self = { person: person('owner', { userId: 'me' }) };
    expect(actionsOn(facts({ ...self, may: asOwner, myRole: 'owner' }))).toEqual(['stepDown']);
    expect(actionsOn(facts({ ...self, myRole: 'member' }))).toEqual([]);
  });
});

describe('the roles that one may give', () => {
  it.each([
    ['owner', 'member', false, ['owner', 'moderator', 'member', 'guest']],
    ['owner', null, false, ['owner', 'moderator', 'member', 'guest']],
    ['owner', 'owner', false, []],
    ['moderator', 'guest', false, ['member', 'guest']],
    ['moderator', 'moderator', false, []],
    ['member', 'guest', false, []],
    ['owner', 'owner', true, ['owner', 'moderator', 'member', 'guest']],
    ['moderator', 'moderator', true, ['moderator', 'member', 'guest']],
  ] as const)('as %s to %s, oneself=%s', (standing, target, isSelf, expected) => {
    expect(rolesToGive({ standing, target, isSelf })).toEqual(expected);
  });

  it('by invitation: moderators by owners alone', () => {
    expect(rolesToInvite('owner')).toContain('moderator');
    expect(rolesToInvite('moderator')).toEqual(['member', 'guest']);
    expect(rolesToInvite('member')).toEqual(['member', 'guest']);
  });
});
