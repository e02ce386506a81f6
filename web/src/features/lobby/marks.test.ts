import { describe, expect, it } from 'vitest';
import { marksOf, sumOfMarks } from './marks.ts';

const room = {
  kind: 'room' as const,
  readSeq: 7,
  unreadCount: 3,
  mentionCount: 1,
  notify: 'all' as const,
};

describe('the marks of a room', () => {
  it('say what came since it was read, and where I was named', () => {
    expect(marksOf(room)).toEqual({ unreadCount: 3, mentionCount: 1, isMuted: false });
  });

  it('count nothing in a room that I never read', () => {
    expect(marksOf({ ...room, readSeq: null })).toMatchObject({ unreadCount: 0, mentionCount: 1 });
  });

  it('count what was written to me directly from the first message on', () => {
    expect(marksOf({ ...room, kind: 'direct', readSeq: null }).unreadCount).toBe(3);
  });

  it('are quiet in a room that is to tell me nothing, but for what names me', () => {
    expect(marksOf({ ...room, notify: 'nothing' })).toEqual({
      unreadCount: 0,
      mentionCount: 1,
      isMuted: true,
    });
  });

  it('count on in a room that tells me of mentions alone', () => {
    expect(marksOf({ ...room, notify: 'mentions' }).unreadCount).toBe(3);
  });

  it('are added up for a heading', () => {
    const rooms = [room, { ...room, unreadCount: 2 }, { ...room, notify: 'nothing' as const }];
    expect(sumOfMarks(rooms)).toEqual({ unreadCount: 5, mentionCount: 3 });
  });
});
