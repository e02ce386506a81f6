import { describe, expect, it } from 'vitest';
import { createJournal, type SeenMessage } from './journal.ts';
import { judgeDelivery, type Verdict } from './verdict.ts';

const slug = 'general';

const message = (seq: number, fields: Partial<SeenMessage> = {}): SeenMessage => ({
  ...{ id: `id-${seq}`, userId: 'a', name: `aa-${seq}`, text: `aa-${seq} hello`, isDeleted: false, seq },
  ...{ reactions: [], isPinned: false, replyCount: 0 },
  ...fields,
});

/** Two clients, the first of which has written three messages; all is well, until a test says otherwise. */
const createCase = () => {
  const history = [1, 2, 3].map((seq) => message(seq));
  const author = createJournal('aa', 'a');
  const reader = createJournal('ab', 'b');
  for (const { name, text, id, seq } of history) {
    author.attempts.push({ roomSlug: slug, name: name ?? '', text });
    author.acked.set(name ?? '', { id, seq });
  }
  const views = { author: [...history], reader: [...history] };
  const judge = (isOneProcess = true) => {
    author.views.set(slug, views.author);
    reader.views.set(slug, views.reader);
    return judgeDelivery([author, reader], new Map([[slug, history]]), { isOneProcess });
  };
  return { history, author, reader, views, judge };
};

const faultsOf = ({ lost, invented, doubled, reordered }: Verdict) => ({
  ...(lost.length > 0 && { lost: lost.length }),
  ...(invented.length > 0 && { invented: invented.length }),
  ...(doubled.length > 0 && { doubled: doubled.length }),
  ...(reordered.length > 0 && { reordered: reordered.length }),
});

describe('the verdict on what was delivered', () => {
  it('finds nothing where everybody shows what is kept, and what was not acknowledged may be kept or not', () => {
    const { author, history, judge, views } = createCase();
    author.attempts.push({ roomSlug: slug, name: 'aa-4', text: 'aa-4 hello' });
    expect(judge()).toMatchObject({ attempted: 4, acked: 3, observed: 6 });
    expect(faultsOf(judge())).toEqual({});
    for (const list of [history, views.author, views.reader]) list.push(message(4));
    expect(faultsOf(judge())).toEqual({});
  });

  it('calls lost what was acknowledged and is not kept', () => {
    const { history, views, judge } = createCase();
    for (const list of [history, views.author, views.reader]) list.pop();
    expect(faultsOf(judge())).toEqual({ lost: 1 });
  });

  it('calls lost what one client does not show, though the others do', () => {
    const { views, judge } = createCase();
    views.reader.splice(1, 1);
    expect(judge().lost).toEqual(['ab in general: aa-2 is not shown']);
  });

  it('does not miss what is left of a reply where its whole thread was deleted, and misses it in another', () => {
    const { history, views, judge } = createCase();
    const [root, reply] = history as [SeenMessage, SeenMessage];
    const gone = { ...reply, text: '', isDeleted: true, threadRootId: root.id };
    history[1] = gone;
    views.author[1] = gone;
    views.reader.splice(1, 1);
    expect(judge().lost.filter((what) => what.includes('is not shown'))).toEqual([]);
    for (const list of [history, views.author, views.reader]) list[0] = { ...root, replyCount: 1 };
    expect(judge().lost.filter((what) => what.includes('is not shown'))).toHaveLength(1);
  });

  it('calls lost what the server refused for good', () => {
    const { author, judge } = createCase();
    author.refused.push('aa-9: Forbidden');
    expect(faultsOf(judge())).toEqual({ lost: 1 });
  });

  it('calls invented what nobody has written: in the history, at a client, or with another text or author', () => {
    const { history, views, judge } = createCase();
    views.reader[0] = message(1, { text: 'aa-1 goodbye' });
    expect(judge().invented).toEqual(['ab in general: aa-1, "aa-1 goodbye"']);
    views.reader[0] = message(1, { userId: 'b' });
    expect(judge().invented).toHaveLength(1);
    views.reader[0] = message(1);
    views.reader.push(message(4, { name: 'ab-1', text: 'ab-1 boo' }));
    expect(judge().invented).toHaveLength(2);
    views.reader.pop();
    for (const list of [history, views.author, views.reader]) list.push(message(4));
    expect(judge().invented).toHaveLength(3);
  });

  it('calls doubled what is there twice, whether under another id, at another place, or both', () => {
    const { history, views, judge } = createCase();
    views.reader.push(message(3));
    expect(faultsOf(judge()).doubled).toBeGreaterThan(0);
    views.reader.pop();
    const again = message(4, { name: 'aa-3', text: 'aa-3 hello' });
    for (const list of [history, views.author, views.reader]) list.push(again);
    expect(faultsOf(judge())).toEqual({ doubled: 3 });
  });

  it('calls doubled what came twice over one socket', () => {
    const { reader, judge } = createCase();
    reader.twice.push('ab: chat.message 3');
    expect(faultsOf(judge())).toEqual({ doubled: 1 });
  });

  it('calls reordered what a client shows in another order, or elsewhere than was acknowledged', () => {
    const { author, views, judge } = createCase();
    views.reader.reverse();
    expect(faultsOf(judge())).toEqual({ reordered: 2 });
    views.reader.reverse();
    author.acked.set('aa-2', { id: 'id-2', seq: 7 });
    expect(judge().reordered).toEqual(['history: aa-2 is at 2, not at 7']);
  });

  it('calls reordered what overtook an earlier message of the same sender', () => {
    const { author, judge } = createCase();
    author.attempts.reverse();
    expect(faultsOf(judge())).toEqual({ reordered: 2 });
  });

  it('calls lost what is never acknowledged, and what a client counts otherwise than the server', () => {
    const { author, reader, judge } = createCase();
    author.attempts.push({ roomSlug: slug, name: 'aa-4', text: 'aa-4 hello' });
    author.stuck.push('aa-4');
    reader.miscounted.push('ab shows general: 2 unread');
    expect(judge().lost).toEqual([
      'aa: aa-4 was never acknowledged, nor refused',
      'ab shows general: 2 unread',
    ]);
  });

  it('calls reordered what stood wrong for a moment, and what overtook where one process tells it', () => {
    const { author, judge } = createCase();
    author.overtaken.push('aa: chat.message 2 came after 3');
    expect([judge(true), judge(false)].map(faultsOf)).toEqual([{ reordered: 1 }, {}]);
    author.disordered.push('aa shows in general: 2 after 3');
    expect([judge(true), judge(false)].map(faultsOf)).toEqual([{ reordered: 2 }, { reordered: 1 }]);
  });

  it('holds reactions, pins and threads to the same', () => {
    const { author, history, judge, views } = createCase();
    const keep = (fields: Partial<SeenMessage>) => {
      for (const list of [history, views.author, views.reader]) list[0] = message(1, fields);
    };
    author.changes.push({
      name: 'aa-1',
      alteration: { kind: 'react', emoji: '👍', isSet: true },
      isAcked: true,
    });
    author.changes.push({ name: 'aa-1', alteration: { kind: 'pin', isPinned: true }, isAcked: true });
    expect(judge().lost).toEqual(['history: the last react of aa-1', 'history: the last pin of aa-1']);
    keep({ reactions: ['👍 1'], isPinned: true, replyCount: 2 });
    expect(faultsOf(judge())).toEqual({});
    for (const otherwise of [{ reactions: ['👍 2'] }, { isPinned: false }, { replyCount: 1 }]) {
      views.reader[0] = { ...message(1), ...history[0], ...otherwise };
      expect(judge().lost).toEqual(['ab in general: a change of aa-1']);
    }
  });

  it('holds changes to the same: an acknowledged one that is not kept, or not shown, is lost', () => {
    const { author, history, views, judge } = createCase();
    const text = 'aa-2 edited';
    author.changes.push({ name: 'aa-2', alteration: { kind: 'edit', text }, isAcked: true });
    expect(judge().lost).toEqual(['history: the last edit of aa-2']);
    history[1] = message(2, { text });
    views.author[1] = message(2, { text });
    expect(judge().lost).toEqual(['ab in general: a change of aa-2']);
    views.reader[1] = message(2, { text });
    expect(faultsOf(judge())).toEqual({});
    author.changes.push({ name: 'aa-3', alteration: { kind: 'delete' }, isAcked: true });
    const gone = message(3, { text: '', name: undefined, isDeleted: true });
    for (const list of [history, views.author, views.reader]) list[2] = gone;
    expect(faultsOf(judge())).toEqual({});
  });
});
