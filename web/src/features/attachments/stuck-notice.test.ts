import { createStore } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { roomEntry } from '../../../test/rooms.ts';
import { followRoomNames } from '../lobby/room-names.ts';
import { stuckNotice } from './stuck-notice.ts';

const place = { roomSlug: 'design' };
const room = roomEntry({ title: 'Design' });

it('what did not go names its room also where that has gone from the list just then', () => {
  const list = createStore({ rooms: [roomEntry({ slug: 'other' })] });
  const names = followRoomNames(list);
  list.set({ rooms: [room] });
  list.set({ rooms: [] });
  expect(stuckNotice(place, 'removed', names.find('design'))).toEqual({
    key: 'files.stuckOutside',
    values: { room: 'Design' },
  });
  names.stop();
});

it('what did not go in a room of two was to its other person, and not in them', () => {
  const direct = { ...room, directWith: { userId: 'b', userName: 'Boris' } };
  const values = { name: 'Boris' };
  const inThread = { ...place, threadRootId: 'root' };
  expect(stuckNotice(place, 'file', direct)).toEqual({ key: 'files.stuckDirect', values });
  expect(stuckNotice(inThread, 'file', direct)).toEqual({ key: 'files.stuckDirectInThread', values });
  expect(stuckNotice(inThread, 'file', room).key).toBe('files.stuckInThread');
  expect(stuckNotice(place, 'file', null).values).toEqual({ room: 'design' });
});
