import type { Quotation } from '@boltorezka/protocol';
import { describe, expect, it } from 'vitest';
import { createDrafts, createMemoryDrafts } from './drafts.ts';

const anna = { userId: '00000000-0000-4000-8000-00000000000a', userName: 'Anna' };
const quotation: Quotation = {
  messageId: '00000000-0000-4000-8000-00000000000b',
  seq: 4,
  ...anna,
  text: 'who comes?',
  isDeleted: false,
};
const room = { roomSlug: 'general' };
const thread = { ...room, threadRootId: 't' };

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

  it('of an earlier build are their text, whatever that looks like', () => {
    const storage = createMemoryDrafts();
    const drafts = createDrafts({ storage, getSelfId: () => 'ann' });
    for (const text of ['half a thought', '42', '{"a":1}', 'null']) {
      storage.save('boltorezka.draft.ann.general', text);
      expect(drafts.get(room)).toEqual({ text, mentions: [], replyTo: null });
    }
  });
});
