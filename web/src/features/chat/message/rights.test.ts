import { initialRoomState, type RoomMay, type TimelineMessage } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { rightsOf } from './rights.ts';

const { may: mayNothing } = initialRoomState('general');
const asModerator: RoomMay = { ...mayNothing, manageMembers: true };
const message = { id: '1', userId: 'boris', status: 'sent', isDeleted: false, text: 'x' } as TimelineMessage;
const facts = { kind: 'room', me: { id: 'anna' }, may: mayNothing, blockedIds: new Set<string>() } as const;

describe('the menu of a message', () => {
  it('offers to block its author, or to block them no more', () => {
    expect(rightsOf(message, facts)).toMatchObject({ block: true, unblock: false });
    const blockedIds = new Set(['boris']);
    expect(rightsOf(message, { ...facts, blockedIds })).toMatchObject({ block: false, unblock: true });
  });

  it('offers moderators what they may do to its author, and nothing to others or to oneself', () => {
    const all = { mute: true, remove: true, ban: true };
    const none = { mute: false, remove: false, ban: false };
    expect(rightsOf(message, { ...facts, may: asModerator })).toMatchObject(all);
    expect(rightsOf(message, facts)).toMatchObject(none);
    expect(rightsOf(message, { ...facts, may: asModerator, me: { id: 'boris' } })).toMatchObject(none);
  });
});
