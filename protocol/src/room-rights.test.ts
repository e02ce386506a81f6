import { describe, expect, it } from 'vitest';
import {
  type PersonFacts,
  type Refusal,
  type RoomAction,
  type RoomFacts,
  refusalOf,
  roomActions,
} from './room-rights.ts';

/*
 * The whole matrix, written out. A letter is a person, in this order; + is yes, the others are why not.
 *
 *   1 banned   2 no member   3 guest   4 member   5 moderator   6 owner   7 administrator, no member   8 administrator, a member
 */
const meanings: Record<string, Refusal | null> = {
  '+': null,
  B: 'banned',
  S: 'stranger',
  '-': 'standing',
  A: 'archived',
  M: 'muted',
  D: 'direct',
  X: 'blocked',
};

const nobody: PersonFacts = {
  role: null,
  isAdministrator: false,
  isBanned: false,
  isTextMuted: false,
  isVoiceMuted: false,
  isBlocked: false,
};

const people: PersonFacts[] = [
  // Also an owner, were they banned.
  { ...nobody, role: 'owner', isAdministrator: true, isBanned: true },
  nobody,
  { ...nobody, role: 'guest' },
  { ...nobody, role: 'member' },
  { ...nobody, role: 'moderator' },
  { ...nobody, role: 'owner' },
  { ...nobody, isAdministrator: true },
  { ...nobody, role: 'member', isAdministrator: true },
];

const open: RoomFacts = { isPublic: true, kind: 'room', isArchived: false };
const archived = { ...open, isArchived: true };
const closed = { ...open, isPublic: false };
const closedArchived = { ...closed, isArchived: true };

interface Column {
  name: string;
  room: RoomFacts;
  person?: Partial<PersonFacts>;
}

const roomColumns: Column[] = [
  { name: 'a public room', room: open },
  { name: 'a public room, muted', room: open, person: { isTextMuted: true } },
  { name: 'an archived public room', room: archived },
  { name: 'an archived public room, muted', room: archived, person: { isTextMuted: true } },
  { name: 'a private room', room: closed },
  { name: 'a private room, muted', room: closed, person: { isTextMuted: true } },
  { name: 'an archived private room', room: closedArchived },
  { name: 'an archived private room, muted', room: closedArchived, person: { isTextMuted: true } },
];

// biome-ignore format: a table is read by its columns.
const inRooms: Record<RoomAction, string> = {
  //                      public   muted    archived archived private  muted    archived archived
  //                                                 muted                               muted
  read:                  'B+++++++ B+++++++ B+++++++ B+++++++ BS++++S+ BS++++S+ BS++++S+ BS++++S+',
  write:                 'B+++++++ BMMMMMMM BAAAAAAA BAAAAAAA BS++++S+ BSMMMMSM BSAAAASA BSAAAASA',
  react:                 'B+++++++ BMMMMMMM BAAAAAAA BAAAAAAA BS++++S+ BSMMMMSM BSAAAASA BSAAAASA',
  speak:                 'B+++++++ B+++++++ BAAAAAAA BAAAAAAA BS++++S+ BS++++S+ BSAAAASA BSAAAASA',
  report:                'B+++++++ B+++++++ B+++++++ B+++++++ BS++++S+ BS++++S+ BS++++S+ BS++++S+',
  attach:                'B+-+++++ BM-MMMMM BA-AAAAA BA-AAAAA BS-+++S+ BS-MMMSM BS-AAASA BS-AAASA',
  startThread:           'B+-+++++ BM-MMMMM BA-AAAAA BA-AAAAA BS-+++S+ BS-MMMSM BS-AAASA BS-AAASA',
  pin:                   'B---++++ B---++++ B---AAAA B---AAAA BS--++S+ BS--++S+ BS--AASA BS--AASA',
  mentionEveryone:       'B---++++ B---MMMM B---AAAA B---AAAA BS--++S+ BS--MMSM BS--AASA BS--AASA',
  skipSlowMode:          'B---++++ B---++++ B---++++ B---++++ BS--++S+ BS--++S+ BS--++S+ BS--++S+',
  deleteOthersMessages:  'B---++++ B---++++ B---++++ B---++++ BS--++S+ BS--++S+ BS--++S+ BS--++S+',
  invite:                'B+-+++++ B+-+++++ BA-AAAAA BA-AAAAA BS-+++S+ BS-+++S+ BS-AAASA BS-AAASA',
  seeAllInvitations:     'B---++++ B---++++ B---++++ B---++++ BS--++S+ BS--++S+ BS--++S+ BS--++S+',
  decideRequests:        'B---++++ B---++++ B---++++ B---++++ BS--++S+ BS--++S+ BS--++S+ BS--++S+',
  manageMembers:         'B---++++ B---++++ B---++++ B---++++ BS--++S+ BS--++S+ BS--++S+ BS--++S+',
  seeModeration:         'B---++++ B---++++ B---++++ B---++++ BS--++S+ BS--++S+ BS--++S+ BS--++S+',
  changeTopic:           'B---++++ B---MMMM B---AAAA B---AAAA BS--++S+ BS--MMSM BS--AASA BS--AASA',
  changePlace:           'B----+++ B----+++ B----+++ B----+++ BS---+S+ BS---+S+ BS---+S+ BS---+S+',
  changeRoom:            'B----+++ B----+++ B----+++ B----+++ BS---+S+ BS---+S+ BS---+S+ BS---+S+',
  grantModerator:        'B----+++ B----+++ B----+++ B----+++ BS---+S+ BS---+S+ BS---+S+ BS---+S+',
  manageOwners:          'B-----++ B-----++ B-----++ B-----++ BS----S+ BS----S+ BS----S+ BS----S+',
  deleteRoom:            '+----+++ +----+++ +----+++ +----+++ +S---+++ +S---+++ +S---+++ +S---+++',
};

const direct: RoomFacts = { isPublic: false, kind: 'direct', isArchived: false };

const directColumns: Column[] = [
  { name: 'a direct room', room: direct },
  { name: 'a direct room, muted', room: direct, person: { isTextMuted: true } },
  { name: 'a direct room, blocked', room: direct, person: { isBlocked: true } },
  { name: 'a direct room, blocked and muted', room: direct, person: { isBlocked: true, isTextMuted: true } },
  { name: 'an archived direct room', room: { ...direct, isArchived: true } },
];

/* 1 banned   2 no member   3 one of the two   4 administrator, neither   5 administrator, one of the two */
const peopleOfDirect = [people[0], people[1], people[3], people[6], people[7]] as PersonFacts[];

// biome-ignore format: a table is read by its columns.
const inDirectRooms: Record<RoomAction, string> = {
  //                      direct muted blocked both archived
  read:                  'BS+S+ BS+S+ BS+S+ BS+S+ BS+S+',
  write:                 'BS+S+ BSMSM BSXSX BSXSX BSASA',
  react:                 'BS+S+ BSMSM BSXSX BSXSX BSASA',
  speak:                 'BS+S+ BS+S+ BSXSX BSXSX BSASA',
  report:                'BS+S+ BS+S+ BS+S+ BS+S+ BS+S+',
  attach:                'BS+S+ BSMSM BSXSX BSXSX BSASA',
  startThread:           'BS+S+ BSMSM BSXSX BSXSX BSASA',
  pin:                   'BS+S+ BS+S+ BSXSX BSXSX BSASA',
  mentionEveryone:       'BSDSD BSDSD BSDSD BSDSD BSDSD',
  skipSlowMode:          'BSDSD BSDSD BSDSD BSDSD BSDSD',
  deleteOthersMessages:  'BSDSD BSDSD BSDSD BSDSD BSDSD',
  invite:                'BSDSD BSDSD BSDSD BSDSD BSDSD',
  seeAllInvitations:     'BSDSD BSDSD BSDSD BSDSD BSDSD',
  decideRequests:        'BSDSD BSDSD BSDSD BSDSD BSDSD',
  manageMembers:         'BSDSD BSDSD BSDSD BSDSD BSDSD',
  seeModeration:         'BSDSD BSDSD BSDSD BSDSD BSDSD',
  changeTopic:           'BSDSD BSDSD BSDSD BSDSD BSDSD',
  changePlace:           'BSDSD BSDSD BSDSD BSDSD BSDSD',
  changeRoom:            'BSDSD BSDSD BSDSD BSDSD BSDSD',
  grantModerator:        'BSDSD BSDSD BSDSD BSDSD BSDSD',
  manageOwners:          'BSDSD BSDSD BSDSD BSDSD BSDSD',
  deleteRoom:            'BSDSD BSDSD BSDSD BSDSD BSDSD',
};

const cells = (table: Record<RoomAction, string>, columns: Column[], persons: PersonFacts[]) =>
  roomActions.flatMap((action) =>
    table[action].split(' ').flatMap((letters, column) =>
      [...letters].map((letter, person) => ({
        ...{ action, place: columns[column]!.name, letter, number: person + 1 },
        ...{ room: columns[column]!.room, person: { ...persons[person]!, ...columns[column]!.person } },
      })),
    ),
  );

const all = [...cells(inRooms, roomColumns, people), ...cells(inDirectRooms, directColumns, peopleOfDirect)];

describe('what may be done in a room', () => {
  it('has a cell for every action, room and person', () => {
    expect(all).toHaveLength(roomActions.length * (8 * 8 + 5 * 5));
  });

  it.each(all)('$action in $place by person $number: $letter', ({ action, room, person, letter }) => {
    expect(refusalOf(action, room, person)).toBe(meanings[letter]);
  });

  it.each(roomActions)('%s does not depend on whether one may speak', (action) => {
    const person: PersonFacts = { ...nobody, role: 'member' };
    expect(refusalOf(action, open, { ...person, isVoiceMuted: true })).toBe(refusalOf(action, open, person));
  });
});
