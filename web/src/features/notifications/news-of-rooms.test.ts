import { describe, expect, it } from 'vitest';
import { sentMessage } from '../../../test/messages.ts';
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
