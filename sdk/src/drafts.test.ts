import { describe, expect, it } from 'vitest';
import { createDrafts, createMemoryDrafts } from './drafts.ts';

describe('drafts', () => {
  it('are each person’s own, of a room and of each of its threads', () => {
    let selfId: string | null = 'ann';
    const drafts = createDrafts({ storage: createMemoryDrafts(), getSelfId: () => selfId });
    drafts.set({ roomSlug: 'general' }, 'to the room');
    drafts.set({ roomSlug: 'general', threadRootId: 't' }, 'to the thread');
    expect(drafts.get({ roomSlug: 'general' })).toBe('to the room');
    expect(drafts.get({ roomSlug: 'general', threadRootId: 't' })).toBe('to the thread');
    selfId = 'bob';
    expect(drafts.get({ roomSlug: 'general' })).toBe('');
    selfId = null;
    drafts.set({ roomSlug: 'general' }, 'nobody’s');
    expect(drafts.get({ roomSlug: 'general' })).toBe('');
    selfId = 'ann';
    drafts.set({ roomSlug: 'general' }, '');
    expect(drafts.get({ roomSlug: 'general' })).toBe('');
    expect(drafts.get({ roomSlug: 'general', threadRootId: 't' })).toBe('to the thread');
  });
});
