import type { ChatMessage, Member, ServerEvent } from '@boltorezka/protocol';
import { describe, expect, it } from 'vitest';
import { applyListEvent } from '../rooms/list.ts';
import { applyMember } from '../rooms/members.ts';
import { toRoomEntry } from '../rooms/room-entry.ts';
import { applyFacts, createTimeline } from '../timeline/timeline.ts';
import { windowFrom } from '../timeline/window.ts';
import type { RoomEntry } from '../types/rooms.ts';
import { applyPeopleEvent } from './people-events.ts';

const anna: Member = { userId: 'a', userName: 'Anna' };
const boris: Member = { userId: 'b', userName: 'Boris' };
const payload: Member = { userId: 'b', userName: 'Bob' };
const event: ServerEvent = { type: 'user.renamed', payload };

const message = (fields: Partial<ChatMessage>): ChatMessage =>
  ({ id: '1', seq: 1, text: 'x', createdAt: '', epoch: 'e', roomId: 'r', ...anna, ...fields }) as ChatMessage;

describe('somebody who is called otherwise', () => {
  it('is so among those who are here and who sit in voice', () => {
    const seat = { muted: false, mutedByServer: false, deafened: false, state: 'connected' as const };
    const people = {
      members: [anna, boris],
      participants: [{ ...boris, ...seat }],
      speakingUserIds: [],
    };
    expect(applyPeopleEvent(people, event)).toEqual({
      members: [anna, payload],
      participants: [{ ...payload, ...seat }],
    });
    const others = { ...people, members: [anna], participants: [] };
    // Nothing changes for who does not show them.
    expect(applyPeopleEvent(others, event).members).toBe(others.members);
  });

  it('is so among the members, in the order of their names', () => {
    const entry = {
      role: 'member' as const,
      joinedAt: '',
      textMutedUntil: undefined,
      voiceMutedUntil: undefined,
    };
    const members = [boris, { userId: 'c', userName: 'Boo' }].map((person) => ({ ...person, ...entry }));
    expect(applyMember(members, payload).map(({ userName }) => userName)).toEqual(['Bob', 'Boo']);
  });

  it('is so as the author of what is shown, and of what is quoted', () => {
    const quoting = { messageId: '1', seq: 1, ...boris, text: 'x', isDeleted: false };
    const timeline = {
      ...createTimeline('a'),
      live: {
        ...windowFrom(null, 0),
        messages: [
          message(boris),
          message({ id: '2', seq: 2, replyTo: quoting }),
          message({ id: '3', seq: 3 }),
        ],
      },
    };
    const [written, answer, other] = applyFacts(timeline, [{ kind: 'name', ...payload }]).live.messages;
    expect(written).toMatchObject({ userName: 'Bob', text: 'x' });
    expect(answer).toMatchObject({ userName: 'Anna', replyTo: { userName: 'Bob', text: 'x' } });
    expect(other).toBe(timeline.live.messages[2]);
  });

  it('gives their name to the room of two', () => {
    const room = { id: 'r', slug: 'dm', title: '', is_public: false, created_at: '' };
    const rooms = [toRoomEntry({ ...room, direct_with: { user_id: 'b', user_name: 'Boris' } })];
    const apply = (list: readonly RoomEntry[]) => applyListEvent(list, event, () => false);
    expect(apply(rooms)[0]?.directWith).toEqual(payload);
    expect(apply(apply(rooms))).toEqual(apply(rooms));
  });
});
