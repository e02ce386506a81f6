import { expect, it } from 'vitest';
import { applyListEvent } from './list.ts';
import { toRoomEntry } from './room-entry.ts';

const roomId = '4a3c9d2e-0b5f-4e8c-87d6-2f103b4c5d6e';

const roomOf = (isPublic: boolean) =>
  toRoomEntry({
    id: roomId,
    slug: 'design',
    title: 'Design',
    is_public: isPublic,
    created_at: '2026-01-31T12:00:00.000Z',
    my_role: 'moderator',
  });

it.each([
  { reason: 'kicked', isPublic: true, stays: true },
  { reason: 'left', isPublic: true, stays: true },
  { reason: 'banned', isPublic: true, stays: false },
  { reason: 'deleted', isPublic: true, stays: false },
  { reason: 'closed', isPublic: true, stays: false },
  { reason: 'kicked', isPublic: false, stays: false },
  { reason: 'left', isPublic: false, stays: false },
] as const)('a room that is public=$isPublic stays in the list of who was $reason: $stays', (row) => {
  const { reason, isPublic, stays } = row;
  const event = { v: 1 as const, type: 'room.removed' as const };
  const payload = { roomId, roomSlug: 'design', reason };
  const rooms = applyListEvent([roomOf(isPublic)], { ...event, payload }, () => false);
  expect(rooms.map(({ myRole }) => myRole)).toEqual(stays ? [null] : []);
});
