import { initialRoomState, type RoomAction, type RoomMay } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { sectionsFor } from './settings-sections.ts';

const mayOnly = (...actions: RoomAction[]): RoomMay => ({
  ...initialRoomState('any').may,
  ...Object.fromEntries(actions.map((action) => [action, true])),
});

const moderator = mayOnly(
  'invite',
  'seeAllInvitations',
  'decideRequests',
  'manageMembers',
  'seeModeration',
  'changeTopic',
);
const owner: RoomMay = { ...moderator, changePlace: true, changeRoom: true, deleteRoom: true };
const closed = { kind: 'room' as const, isPublic: false };
const open = { kind: 'room' as const, isPublic: true };

it.each([
  ['an owner', owner, closed, ['about', 'invitations', 'requests', 'members', 'bans', 'reports', 'audit', 'end']],
  ['a moderator', moderator, closed, ['about', 'invitations', 'requests', 'members', 'bans', 'reports', 'audit']],
  ['a moderator of a public room', moderator, open, ['about', 'invitations', 'members', 'bans', 'reports', 'audit']],
  ['a member', mayOnly('read', 'write', 'invite'), closed, []],
  ['a guest', mayOnly('read', 'write'), closed, []],
  ['anybody in a room of two', owner, { kind: 'direct' as const, isPublic: false }, []],
  ['anybody where nothing is known yet', owner, null, []],
] as const)('the settings show %s what they may do', (_who, may, room, expected) => {
  expect(sectionsFor(may, room)).toEqual(expected);
});
