import { describe, expect, it, vi } from 'vitest';
import { anna, quotation } from '../test/fixtures.ts';
import { createDrafts, createMemoryDrafts } from './drafts.ts';

const room = { roomSlug: 'general' };
const thread = { ...room, threadRootId: 't' };

const written = { mentions: [], replyTo: null };
const dayMs = 24 * 60 * 60 * 1000;

describe('drafts', () => {
  it('are each person’s own, of a room and of each of its threads', () => {
    let selfId: string | null = 'ann';
    const drafts = createDrafts({ storage: createMemoryDrafts(), getSelfId: () => selfId });
    const textIn = (place: typeof room) => drafts.get(place).text;
    drafts.change(room, { text: 'to the room' });
    drafts.change(thread, { text: 'to the thread' });
    expect([textIn(room), textIn(thread)]).toEqual(['to the room', 'to the thread']);
    selfId = 'bob';
    expect(textIn(room)).toBe('');
    selfId = null;
    drafts.change(room, { text: 'nobody’s' });
    expect(textIn(room)).toBe('');
    selfId = 'ann';
    drafts.change(room, { text: '' });
    expect([textIn(room), textIn(thread)]).toEqual(['', 'to the thread']);
  });

  it('keep whom they name and what they answer', () => {
    const storage = createMemoryDrafts();
    const open = () => createDrafts({ storage, getSelfId: () => 'ann' });
    open().change(room, { replyTo: quotation });
    open().change(room, { mentions: [anna] });
    open().change(room, { text: '@Anna I do' });
    expect(open().get(room)).toEqual({ text: '@Anna I do', mentions: [anna], replyTo: quotation });
    open().change(room, { text: '' });
    expect(open().get(room)).toEqual({ text: '', mentions: [], replyTo: quotation });
    open().change(room, { replyTo: null });
    expect(storage.load('boltorezka.draft.ann.general')).toBeNull();
  });

  it('on their way are nothing here, and in the browser until they are kept', () => {
    const storage = createMemoryDrafts();
    const open = () => createDrafts({ storage, getSelfId: () => 'ann' });
    const drafts = open();
    drafts.change(room, { text: 'look', mentions: [anna], replyTo: quotation });
    const noteKept = drafts.letGo(room, 'look');
    expect([drafts.get(room), drafts.list()]).toEqual([{ text: '', ...written }, []]);
    expect(open().get(room)).toEqual({ text: 'look', mentions: [anna], replyTo: quotation });
    noteKept();
    expect(storage.load('boltorezka.draft.ann.general')).toBeNull();
  });

  it('that are begun while another is on its way stay', () => {
    const drafts = createDrafts({ storage: createMemoryDrafts(), getSelfId: () => 'ann' });
    for (const text of ['the next one', 'look']) {
      drafts.change(room, { text: 'look', replyTo: quotation });
      const noteKept = drafts.letGo(room, 'look');
      drafts.change(room, { text });
      noteKept();
      expect(drafts.get(room)).toEqual({ text, ...written });
    }
    const noteKept = drafts.letGo(room, 'look');
    drafts.change(room, { replyTo: quotation });
    noteKept();
    expect(drafts.get(room)).toEqual({ text: '', mentions: [], replyTo: quotation });
  });

  it('of an earlier build are their text, whatever that looks like', () => {
    const storage = createMemoryDrafts();
    const drafts = createDrafts({ storage, getSelfId: () => 'ann' });
    for (const text of ['half a thought', '42', '{"a":1}', 'null']) {
      storage.save('boltorezka.draft.ann.general', text);
      expect(drafts.get(room)).toEqual({ text, mentions: [], replyTo: null });
    }
  });

  it('are listed, and erased, without those of others', () => {
    let selfId = 'ann';
    const drafts = createDrafts({ storage: createMemoryDrafts(), getSelfId: () => selfId });
    drafts.change({ roomSlug: 'general' }, { text: 'hers' });
    drafts.change({ roomSlug: 'general', threadRootId: 't' }, { text: 'hers too' });
    selfId = 'bob';
    drafts.change({ roomSlug: 'kitchen' }, { text: 'his' });
    selfId = 'ann';
    expect(drafts.list()).toEqual([
      { roomSlug: 'general', ...written, text: 'hers' },
      { roomSlug: 'general', threadRootId: 't', ...written, text: 'hers too' },
    ]);
    drafts.erase();
    expect(drafts.list()).toEqual([]);
    expect(drafts.get({ roomSlug: 'general' }).text).toBe('');
    selfId = 'bob';
    expect(drafts.list()).toEqual([{ roomSlug: 'kitchen', ...written, text: 'his' }]);
    selfId = 'ann';
    drafts.erase('bob');
    selfId = 'bob';
    expect(drafts.list()).toEqual([]);
  });

  it('are listed and erased though the browser had no room for their place in the list, and another page has gone on with it', () => {
    const shared = createMemoryDrafts();
    let isFull = true;
    const full = {
      load: shared.load,
      save: (key: string, value: string | null) => {
        if (!isFull || key !== 'boltorezka.drafts') shared.save(key, value);
      },
    };
    const [mine, others] = [full, shared].map((storage) => createDrafts({ storage, getSelfId: () => 'ann' }));
    const slugs = (drafts = mine) => drafts?.list().map(({ roomSlug }) => roomSlug);
    vi.useFakeTimers();
    mine?.change({ roomSlug: 'general' }, { text: 'first' });
    vi.advanceTimersByTime(1);
    others?.change({ roomSlug: 'kitchen' }, { text: 'second' });
    expect(slugs()).toEqual(['general', 'kitchen']);
    isFull = false;
    mine?.change({ roomSlug: 'lounge' }, { text: 'third' });
    expect(slugs(others)).toEqual(['general', 'kitchen', 'lounge']);
    others?.change({ roomSlug: 'general' }, { text: '' });
    expect(slugs()).toEqual(['kitchen', 'lounge']);
    mine?.erase();
    expect(shared.load('boltorezka.draft.ann.kitchen')).toBeNull();
    vi.useRealTimers();
  });

  it('go when nobody has touched them for a month', () => {
    vi.useFakeTimers();
    const storage = createMemoryDrafts();
    const deps = { storage, getSelfId: () => 'ann' };
    createDrafts(deps).change({ roomSlug: 'general' }, { text: 'of long ago' });
    vi.advanceTimersByTime(20 * dayMs);
    createDrafts(deps).change({ roomSlug: 'kitchen' }, { text: 'of late' });
    vi.advanceTimersByTime(11 * dayMs);
    expect(createDrafts(deps).list()).toEqual([{ roomSlug: 'kitchen', ...written, text: 'of late' }]);
    expect(storage.load('boltorezka.draft.ann.general')).toBeNull();
    vi.useRealTimers();
  });
});

describe('a change of a message that was begun', () => {
  const message = { id: 'm1', userName: 'Ann', text: 'as it was', mentions: [] };
  const begun = { message, text: 'as it was, and more', mentions: [anna] };
  const open = (storage = createMemoryDrafts(), getSelfId: () => string | null = () => 'ann') =>
    createDrafts({ storage, getSelfId });

  it('is kept for its message, apart from the draft of the place and from other places', () => {
    const storage = createMemoryDrafts();
    open(storage).change(room, { text: 'a draft' });
    open(storage).keepEdit(room, begun);
    open(storage).keepEdit(room, { ...begun, message: { ...message, id: 'm2' } });
    expect(
      open(storage)
        .edits(room)
        .map((edit) => edit.message.id),
    ).toEqual(['m1', 'm2']);
    open(storage).keepEdit(room, { ...begun, text: 'written last' });
    expect(open(storage).edits(room).at(-1)).toEqual({ ...begun, text: 'written last' });
    expect(open(storage).edits(thread)).toEqual([]);
    expect(open(storage).get(room).text).toBe('a draft');
    open(storage).keepEdit(thread, begun);
    open(storage).dropEdit(room, 'm1');
    expect([open(storage).edits(room).length, open(storage).edits(thread).length]).toEqual([1, 1]);
  });

  it('is none where it says what the message says', () => {
    const storage = createMemoryDrafts();
    open(storage).keepEdit(room, begun);
    open(storage).keepEdit(room, { ...begun, text: message.text });
    expect(open(storage).edits(room)).toEqual([]);
  });

  it('is listed among what was begun, each person’s own, and erased with it', () => {
    let selfId: string | null = 'ann';
    const storage = createMemoryDrafts();
    const drafts = open(storage, () => selfId);
    drafts.keepEdit(thread, begun);
    expect(drafts.list()).toEqual([
      { ...thread, text: begun.text, mentions: [anna], replyTo: null, editOf: 'm1' },
    ]);
    selfId = 'bob';
    expect([drafts.list(), drafts.edits(thread)]).toEqual([[], []]);
    drafts.erase();
    selfId = null;
    expect(drafts.edits(thread)).toEqual([]);
    selfId = 'ann';
    expect(drafts.edits(thread)).toEqual([begun]);
    drafts.erase();
    expect(drafts.edits(thread)).toEqual([]);
    expect(storage.load('boltorezka.edit.ann.general.t.m1')).toBeNull();
  });

  it('that cannot be read is no longer there', () => {
    const storage = createMemoryDrafts();
    open(storage).keepEdit(room, begun);
    storage.save('boltorezka.edit.ann.general..m1', '{"text":1}');
    expect([open(storage).edits(room), open(storage).list()]).toEqual([[], []]);
  });
});
