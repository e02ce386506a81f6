import type { RoomEntry } from '@boltorezka/sdk';
import { describe, expect, it } from 'vitest';
import { applyListEvent } from '../../../../sdk/src/rooms/list.ts';
import { sentMessage } from '../../../test/messages.ts';
import { roomEntry } from '../../../test/rooms.ts';
import { createNewsOfRooms } from './news-of-rooms.ts';

const room = (
  messageCount: number,
  unreadCount: number,
  { slug = 'design', readSeq = 10, blockedCount = 0 } = {},
) => ({
  slug,
  messageCount,
  unreadCount,
  readSeq,
  blockedCount,
});
const item = (fields: Parameters<typeof sentMessage>[0] = {}) => ({
  roomSlug: 'design',
  message: sentMessage({ seq: 20, ...fields }),
});

describe('what is new in rooms', () => {
  const start = (...rooms: ReturnType<typeof room>[]) => {
    const news = createNewsOfRooms(rooms);
    return { news, counts: (...now: typeof rooms) => news.look(now).map(({ count }) => count) };
  };

  it('is what was written and not read; what I wrote or read elsewhere is nothing', () => {
    const { counts } = start(room(10, 0));
    expect(counts(room(12, 2))).toEqual([2]);
    expect(counts(room(13, 0))).toEqual([]);
    expect(counts(room(13, 0), room(5, 5, { slug: 'kitchen' }))).toEqual([]);
    expect(counts(room(13, 0), room(6, 6, { slug: 'kitchen' }))).toEqual([1]);
  });

  it('is nothing of what people wrote whom I have blocked, however it comes', () => {
    const { counts } = start(room(10, 0));
    expect(counts(room(12, 2, { blockedCount: 2 }))).toEqual([]);
    expect(counts(room(15, 5, { blockedCount: 4 }))).toEqual([1]);
    // Read anew, the list counts them from nothing.
    expect(counts(room(16, 6, { blockedCount: 0 }))).toEqual([1]);
  });

  it('is nothing of what was told by its words, however late the count of it comes', () => {
    const { news, counts } = start(room(10, 0));
    news.noteTold(item());
    expect(counts(room(10, 0))).toEqual([]);
    expect(counts(room(11, 1))).toEqual([]);
    expect(counts(room(12, 2))).toEqual([1]);
    news.noteTold(item());
    // One interval of the lobby brought them both.
    expect(counts(room(14, 4))).toEqual([1]);
  });

  it('does not count what stands in threads, nor twice what named somebody after an edit', () => {
    const { news, counts } = start(room(10, 0));
    news.noteTold(item({ threadRootId: 'root' }));
    news.noteTold(item({ editedAt: '2026-01-31T12:00:00.000Z' }));
    expect(counts(room(11, 1))).toEqual([1]);
  });

  it('waits for the count of nothing that was read meanwhile', () => {
    const { news, counts } = start(room(10, 1));
    news.noteTold(item());
    expect(counts(room(10, 0, { readSeq: 20 }))).toEqual([]);
    expect(counts(room(11, 1, { readSeq: 20 }))).toEqual([1]);
  });
});

describe('what is new in a room where this person has written late', () => {
  const before = roomEntry({ messageCount: 10, unreadCount: 2, readSeq: 8 });
  const isBlocked = () => false;
  const place = { roomId: before.id, roomSlug: before.slug };
  const lastMessageAt = '2026-01-01T13:00:00.000Z';
  type Told = Parameters<typeof applyListEvent>[1];
  /** The mark stays where it is: of eight before it, and one behind it that is their own. */
  const read = (roomMessageCount: number): Told => ({
    type: 'chat.readChanged',
    payload: { ...place, seq: 8, messageCount: 9, roomMessageCount, unreadMentionCount: 0 },
  });
  const activity = (messageCount: number, ...userIds: string[]): Told => ({
    type: 'lobby.activity',
    payload: {
      ...{ ...place, seq: messageCount, messageCount, lastMessageAt },
      authors: userIds.map((userId) => ({ userId, messageCount: 1 })),
    },
  });

  const own = activity(11, 'self');
  const ownAfterOther = activity(12, 'boris', 'self');
  const otherAfterOwn = activity(12, 'self', 'boris');
  it.each<{ name: string; told: Told[]; total: number; news: number }>([
    { name: 'how far they read first', told: [read(11), own], total: 11, news: 0 },
    { name: 'another’s before it, at once', told: [read(12), ownAfterOther], total: 12, news: 1 },
    { name: 'another’s after it, at once', told: [read(11), otherAfterOwn], total: 12, news: 1 },
    { name: 'another’s after it', told: [read(11), own, activity(12, 'boris')], total: 12, news: 1 },
    {
      name: 'others’ of another process before the rest of it',
      told: [read(11), activity(13, 'self', 'boris')],
      total: 13,
      news: 2,
    },
    {
      name: 'another’s before it',
      told: [activity(11, 'boris'), read(12), activity(12, 'self')],
      total: 12,
      news: 1,
    },
  ])('is nothing of that, and all is as read anew, told of $name', ({ told, total, news: expected }) => {
    const news = createNewsOfRooms([before]);
    let rooms: readonly RoomEntry[] = [before];
    let count = 0;
    for (const event of told) {
      rooms = applyListEvent(rooms, event, isBlocked);
      for (const one of news.look(rooms)) count += one.count;
    }
    // As the server's list has it: whose they are is not asked for that.
    const anew = { messageCount: total, unreadCount: total - 9, readSeq: 8, lastMessageAt };
    expect(rooms).toEqual([{ ...before, ...anew }]);
    expect(count).toBe(expected);
  });

  it('is nothing of what is told twice: by its words, and with their own by number', () => {
    const news = createNewsOfRooms([before]);
    news.noteTold(item({ seq: 11 }));
    expect(news.look(applyListEvent([before], read(12), isBlocked))).toEqual([]);
  });

  it('is as it was where a count of before comes after that of now', () => {
    const rooms = [read(11), own].reduce<readonly RoomEntry[]>(
      (list, event) => applyListEvent(list, event, isBlocked),
      [before],
    );
    const payload = { ...place, seq: 8, messageCount: 8, unreadMentionCount: 0 };
    expect(applyListEvent(rooms, { type: 'chat.readChanged', payload }, isBlocked)).toEqual(rooms);
  });

  it('is nothing of it in a room of two that they had never read', () => {
    const never = { ...before, readSeq: null, messageCount: 1, unreadCount: 1 };
    const news = createNewsOfRooms([never]);
    const payload = { ...place, seq: 0, messageCount: 1, roomMessageCount: 2, unreadMentionCount: 0 };
    const rooms = applyListEvent([never], { type: 'chat.readChanged', payload }, isBlocked);
    expect(rooms[0]).toMatchObject({ readSeq: 0, messageCount: 2, unreadCount: 1 });
    expect(news.look(applyListEvent(rooms, activity(2, 'self'), isBlocked))).toEqual([]);
  });

  it('is all of it to who has never read the room, as read anew', () => {
    const never = { ...before, readSeq: null, unreadCount: 10 };
    expect(applyListEvent([never], own, isBlocked)[0]).toMatchObject({ messageCount: 11, unreadCount: 11 });
  });
});
