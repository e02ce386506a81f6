import { initialRoomState, type RoomState } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { waysIn } from './history-edge.tsx';

const room = initialRoomState('design');
const keysIn = (details: object, may: object) =>
  waysIn({
    details: { isPublic: true, archivedAt: null, kind: 'room', ...details } as RoomState['details'],
    may: { ...room.may, ...may },
  }).map(({ key }) => key);

const all = { write: true, speak: true, invite: true };
const none = { write: false, speak: false, invite: false };

it('an empty room offers what one can do there, and nothing where that is nothing', () => {
  expect(keysIn({}, all)).toEqual(['write', 'talk', 'invite']);
  expect(keysIn({}, { ...all, write: false })).toEqual(['talk', 'invite']);
  expect(keysIn({}, { ...all, invite: false })).toEqual(['write', 'talk', 'invite']);
  expect(keysIn({ isPublic: false }, { ...all, invite: false })).toEqual(['write', 'talk']);
  expect(keysIn({ kind: 'direct' }, all)).toEqual(['writeDirect', 'talkDirect']);
  expect(keysIn({ kind: 'direct' }, none)).toEqual([]);
  expect(keysIn({ archivedAt: '2026-01-01T12:00:00.000Z' }, none)).toEqual([]);
});
