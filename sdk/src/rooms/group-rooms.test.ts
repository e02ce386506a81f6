import { describe, expect, it } from 'vitest';
import { roomOf } from '../../test/fixtures.ts';
import type { RoomEntry } from '../types/rooms.ts';
import { groupRooms } from './group-rooms.ts';
import { toRoomEntry } from './room-entry.ts';

const entry = (slug: string, fields: Partial<RoomEntry> = {}): RoomEntry => ({
  ...toRoomEntry(roomOf(1, slug)),
  ...fields,
});
const slugs = (rooms: readonly RoomEntry[]) => rooms.map(({ slug }) => slug);

describe('the order of rooms', () => {
  it('puts those without a category first, categories by name, and rooms by place and title', () => {
    const { groups } = groupRooms([
      entry('ops-b', { category: 'Ops', position: 2 }),
      entry('ops-a', { category: 'Ops', position: 1 }),
      entry('dev', { category: 'Dev' }),
      entry('beta'),
      entry('alpha'),
    ]);
    expect(groups.map(({ category, rooms }) => [category, slugs(rooms)])).toEqual([
      [null, ['alpha', 'beta']],
      ['Dev', ['dev']],
      ['Ops', ['ops-a', 'ops-b']],
    ]);
  });

  it('keeps direct rooms apart, the one written to last first, and archived ones', () => {
    const direct = { kind: 'direct' as const };
    const {
      groups,
      direct: directs,
      archived,
    } = groupRooms([
      entry('old', { ...direct, lastMessageAt: '2026-01-02T00:00:00.000Z' }),
      entry('never', direct),
      entry('put-away', { ...direct, isClosed: true }),
      entry('new', { ...direct, lastMessageAt: '2026-01-03T00:00:00.000Z' }),
      entry('closed', { archivedAt: '2026-01-03T00:00:00.000Z', category: 'Ops' }),
    ]);
    expect([groups, slugs(directs), slugs(archived)]).toEqual([[], ['new', 'old', 'never'], ['closed']]);
  });
});
