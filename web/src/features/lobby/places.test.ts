import { describe, expect, it } from 'vitest';
import { roomEntry } from '../../../test/rooms.ts';
import { findPlaces, type Place } from './places.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();

const rooms = [
  roomEntry({ slug: 'quiet', title: 'Quiet', lastMessageAt: at(1) }),
  roomEntry({ slug: 'busy', title: 'Busy', lastMessageAt: at(9) }),
  roomEntry({ slug: 'unread', title: 'Unread', lastMessageAt: at(2), unreadCount: 4 }),
  roomEntry({ slug: 'named', title: 'Named', lastMessageAt: at(3), mentionCount: 1 }),
  roomEntry({ slug: 'dm-1', title: '', kind: 'direct', directWith: { userId: 'u1', userName: 'Anna Berg' } }),
];

const nameOf = (place: Place): string =>
  place.kind === 'room' ? place.room.slug : `person ${place.person.userId}`;

const find = (query: string, more: Partial<Parameters<typeof findPlaces>[0]> = {}) =>
  findPlaces({ query, rooms, people: [], currentSlug: null, selfId: 'me', ...more }).map(nameOf);

describe('the quick switcher', () => {
  it('leads to where I was named, then to the unread, then to where something was written last', () => {
    expect(find('').slice(0, 4)).toEqual(['named', 'unread', 'busy', 'quiet']);
  });

  it('does not lead to where one is', () => {
    expect(find('', { currentSlug: 'named' })[0]).toBe('unread');
  });

  it('finds a conversation of two by the other’s name', () => {
    expect(find('berg')).toEqual(['dm-1']);
  });

  it('offers people with whom there is no conversation yet, and never myself', () => {
    const people = [
      { userId: 'u1', userName: 'Anna Berg' },
      { userId: 'u2', userName: 'Anna Karlsson' },
      { userId: 'me', userName: 'Anna Me' },
    ];
    expect(find('anna', { people })).toEqual(['dm-1', 'person u2']);
  });
});
