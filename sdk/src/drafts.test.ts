import { describe, expect, it, vi } from 'vitest';
import { createDrafts, createMemoryDrafts } from './drafts.ts';

const dayMs = 24 * 60 * 60 * 1000;

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

  it('are listed, and erased, without those of others', () => {
    let selfId = 'ann';
    const drafts = createDrafts({ storage: createMemoryDrafts(), getSelfId: () => selfId });
    drafts.set({ roomSlug: 'general' }, 'hers');
    drafts.set({ roomSlug: 'general', threadRootId: 't' }, 'hers too');
    selfId = 'bob';
    drafts.set({ roomSlug: 'kitchen' }, 'his');
    selfId = 'ann';
    expect(drafts.list()).toEqual([
      { roomSlug: 'general', text: 'hers' },
      { roomSlug: 'general', threadRootId: 't', text: 'hers too' },
    ]);
    drafts.erase();
    expect(drafts.list()).toEqual([]);
    expect(drafts.get({ roomSlug: 'general' })).toBe('');
    selfId = 'bob';
    expect(drafts.list()).toEqual([{ roomSlug: 'kitchen', text: 'his' }]);
  });

  it('go when nobody has touched them for a month', () => {
    vi.useFakeTimers();
    const storage = createMemoryDrafts();
    const deps = { storage, getSelfId: () => 'ann' };
    createDrafts(deps).set({ roomSlug: 'general' }, 'of long ago');
    vi.advanceTimersByTime(20 * dayMs);
    createDrafts(deps).set({ roomSlug: 'kitchen' }, 'of late');
    vi.advanceTimersByTime(11 * dayMs);
    expect(createDrafts(deps).list()).toEqual([{ roomSlug: 'kitchen', text: 'of late' }]);
    expect(storage.load('boltorezka.draft.ann.general')).toBeNull();
    vi.useRealTimers();
  });
});
