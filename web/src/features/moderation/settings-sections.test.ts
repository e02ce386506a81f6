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

const ofModerators = ['about', 'invitations', 'members', 'bans', 'mutes', 'reports', 'audit'];

it.each<{ who: string; may: RoomMay; room: Parameters<typeof sectionsFor>[1]; sections: string[] }>([
  {
    ...{ who: 'an owner', may: owner, room: closed },
    sections: ['about', 'invitations', 'requests', 'members', 'bans', 'mutes', 'reports', 'audit', 'end'],
  },
  {
    ...{ who: 'a moderator', may: moderator, room: closed },
    sections: ['about', 'invitations', 'requests', 'members', 'bans', 'mutes', 'reports', 'audit'],
  },
  { who: 'a moderator of a public room', may: moderator, room: open, sections: ofModerators },
  { who: 'a member', may: mayOnly('read', 'write', 'invite'), room: closed, sections: [] },
  { who: 'a guest', may: mayOnly('read', 'write'), room: closed, sections: [] },
  { who: 'anybody in a room of two', may: owner, room: { kind: 'direct', isPublic: false }, sections: [] },
  { who: 'anybody where nothing is known yet', may: owner, room: null, sections: [] },
])('the settings show $who what they may do', ({ may, room, sections }) => {
  expect(sectionsFor(may, room)).toEqual(sections);
});
