import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { anna, quotation } from '../test/fixtures.ts';
import { createScriptedServer, type ScriptedServer, user } from '../test/scripted-server.ts';
import { createSignedInClient } from '../test/signed-in.ts';
import { createDrafts, createMemoryDrafts } from './drafts.ts';
import { createMemoryOutbox } from './outbox/memory-outbox.ts';
import type { Draft, DraftStorage } from './types/outbox.ts';
import type { Client } from './types.ts';

const room = { roomSlug: 'general' };
const thread = { ...room, threadRootId: 't' };
const nothing: Draft = { text: '', mentions: [], replyTo: null };
const message = { id: 'm1', userName: 'Ann', text: 'as it was', mentions: [] };
const begun = { message, text: 'as it is now', mentions: [anna] };
const saved = { messageId: 'm1', text: begun.text };

/** What pages of one browser share: each hears what another has changed. */
const createBrowser = () => {
  const shared = createMemoryDrafts();
  const listeners = new Map<object, (key: string, before: string | null) => void>();
  const openStorage = (): DraftStorage => {
    const page = {};
    return {
      load: shared.load,
      save: (key, draft) => {
        const before = shared.load(key);
        shared.save(key, draft);
        for (const [other, tell] of listeners) if (other !== page && before !== draft) tell(key, before);
      },
      follow: (listener) => {
        listeners.set(page, listener);
        return () => listeners.delete(page);
      },
    };
  };
  return { shared, visit: () => createDrafts({ storage: openStorage(), getSelfId: () => 'ann' }) };
};

describe('a draft that is on its way', () => {
  it('goes with what it answers; the same message can be answered anew at once', () => {
    const drafts = createBrowser().visit();
    drafts.change(room, { text: 'look', replyTo: quotation });
    const noteKept = drafts.letGo(room, 'look');
    drafts.change(room, { replyTo: quotation });
    expect(drafts.get(room)).toEqual({ ...nothing, replyTo: quotation });
    drafts.change(room, { text: 'and this' });
    noteKept();
    expect(drafts.get(room)).toEqual({ ...nothing, text: 'and this', replyTo: quotation });
  });

  it('is there again at the next visit as it was, where it was never kept and nothing was begun since', () => {
    const { visit, shared } = createBrowser();
    const draft = { text: '@Anna look', mentions: [anna], replyTo: quotation };
    const drafts = visit();
    drafts.change(room, draft);
    drafts.letGo(room, draft.text);
    drafts.change(room, { replyTo: null });
    expect([drafts.get(room), drafts.list()]).toEqual([nothing, []]);
    const later = visit();
    expect([later.get(room), later.get(thread)]).toEqual([draft, nothing]);
    expect(later.list()).toEqual([{ ...room, ...draft }]);
    later.change(room, { text: '' });
    later.change(room, { replyTo: null });
    expect(visit().list()).toEqual([]);
    expect(shared.load('boltorezka.drafts')).toBeNull();
  });

  it('is there again before what was begun since, of which it is a part from then on', () => {
    const { visit } = createBrowser();
    const drafts = visit();
    for (const text of ['one', 'two']) {
      drafts.change(room, { text });
      drafts.letGo(room, text);
    }
    drafts.change(room, { text: 'three' });
    expect(drafts.get(room).text).toBe('three');
    expect(visit().get(room).text).toBe('one\ntwo\nthree');
    visit().change(room, { mentions: [anna] });
    expect(visit().get(room)).toEqual({ ...nothing, text: 'one\ntwo\nthree', mentions: [anna] });
    visit().change(room, { text: 'all' });
    expect(visit().list()).toEqual([{ ...room, ...nothing, text: 'all', mentions: [anna] }]);
  });

  it('does not take with it whoever is named next, into the empty field', () => {
    const drafts = createBrowser().visit();
    drafts.change(room, { text: 'look' });
    const noteKept = drafts.letGo(room, 'look');
    drafts.change(room, { mentions: [anna] });
    drafts.change(room, { text: '@Anna ' });
    noteKept();
    expect(drafts.get(room)).toEqual({ ...nothing, text: '@Anna ', mentions: [anna] });
  });

  it('is erased with what was begun', () => {
    const { visit } = createBrowser();
    const drafts = visit();
    drafts.change(room, { text: 'look' });
    drafts.letGo(room, 'look');
    drafts.keepEdit(room, begun);
    drafts.letGoEdit(room, saved);
    drafts.erase();
    expect(visit().list()).toEqual([]);
  });

  it('leaves what another page has gone on with', () => {
    const { visit } = createBrowser();
    const [drafts, beside] = [visit(), visit()];
    drafts.change(room, { text: 'look' });
    beside.change(room, { text: 'look there' });
    drafts.letGo(room, 'look')();
    expect(beside.get(room).text).toBe('look there');
  });
});

describe('a change of a message that is on its way', () => {
  it('is none that was begun, and one at the next visit where it was never kept', () => {
    const { visit, shared } = createBrowser();
    const drafts = visit();
    drafts.keepEdit(room, begun);
    const noteKept = drafts.letGoEdit(room, saved);
    expect([drafts.edits(room), drafts.list()]).toEqual([[], []]);
    expect([visit().edits(room), visit().edits(thread)]).toEqual([[begun], []]);
    expect(visit().list()).toMatchObject([{ editOf: 'm1', text: begun.text }]);
    noteKept();
    expect(visit().edits(room)).toEqual([]);
    expect(shared.load('boltorezka.drafts')).toBeNull();
  });

  it('leaves one that was begun since, which takes its place', () => {
    const { visit } = createBrowser();
    const drafts = visit();
    const anew = { ...begun, text: 'as it is to be' };
    for (const isKept of [true, false]) {
      drafts.keepEdit(room, begun);
      const noteKept = drafts.letGoEdit(room, saved);
      drafts.keepEdit(room, anew);
      if (isKept) noteKept();
      expect([drafts.edits(room), visit().edits(room)]).toEqual([[anew], [anew]]);
    }
    visit().dropEdit(room, 'm1');
    expect(visit().list()).toEqual([]);
  });
});

describe('pages of one browser', () => {
  it('hear what another does to a draft: also that it is on its way, and kept', () => {
    const { visit } = createBrowser();
    const [drafts, beside] = [visit(), visit()];
    const heard: [before: string, now: string][] = [];
    const stop = beside.follow(room, (before, now) => heard.push([before.text, now.text]));
    drafts.change(room, { text: 'look' });
    drafts.change(thread, { text: 'elsewhere' });
    expect(heard.splice(0)).toEqual([['', 'look']]);
    const noteKept = drafts.letGo(room, 'look');
    expect(heard.splice(0)).toContainEqual(['look', '']);
    expect(beside.list().map(({ text }) => text)).toEqual(['elsewhere']);
    const late = visit();
    late.follow(room, (before, now) => heard.push([before.text, now.text]));
    expect(late.get(room).text).toBe('look');
    noteKept();
    expect(heard).toContainEqual(['look', '']);
    stop();
    heard.length = 0;
    drafts.change(room, { text: 'the next one' });
    expect(heard).toEqual([['', 'the next one']]);
  });
});

describe('a page that shows what was never kept', () => {
  /** "one" was never kept, and "two" begun since. */
  const begin = () => {
    const { visit } = createBrowser();
    const drafts = visit();
    drafts.change(room, { text: 'one' });
    const noteKept = drafts.letGo(room, 'one');
    drafts.change(room, { text: 'two' });
    const late = visit();
    const heard: [before: string, now: string][] = [];
    late.follow(room, (before, now) => heard.push([before.text, now.text]));
    return { visit, drafts, noteKept, late, heard };
  };

  it('hears that it is kept after all, and what becomes of the rest', () => {
    const { drafts, noteKept, late, heard } = begin();
    expect(late.get(room).text).toBe('one\ntwo');
    noteKept();
    drafts.change(room, { text: 'two and more' });
    expect(heard).toEqual([
      ['one\ntwo', 'two'],
      ['two', 'two and more'],
    ]);
  });

  it('takes nothing for that which is on its way since, in the place of it', () => {
    const { drafts, noteKept, late, heard } = begin();
    noteKept();
    heard.length = 0;
    drafts.letGo(room, 'two');
    expect([late.get(room).text, heard.at(-1)]).toEqual(['', ['', '']]);
  });

  it('hears of itself what is kept after a sign-out', () => {
    const { visit } = createBrowser();
    const drafts = visit();
    drafts.handleUser('ann');
    drafts.change(room, { text: 'look' });
    const noteKept = drafts.letGo(room, 'look');
    drafts.handleUser(null);
    drafts.handleUser('ann');
    const heard: [before: string, now: string][] = [];
    drafts.follow(room, (before, now) => heard.push([before.text, now.text]));
    expect(drafts.get(room).text).toBe('look');
    noteKept();
    expect(heard).toEqual([['look', '']]);
  });
});

describe('a browser that is full', () => {
  /** Refuses what would make more of it than it holds, once that is said. */
  const createFullStorage = () => {
    const kept = new Map<string, string>();
    const sizeOf = (entries: Iterable<[string, string]>) =>
      [...entries].reduce((sum, [key, value]) => sum + key.length + value.length, 0);
    let capacity = Number.POSITIVE_INFINITY;
    const storage: DraftStorage = {
      load: (key) => kept.get(key) ?? null,
      save: (key, value) => {
        const next = new Map(kept);
        if (value === null) next.delete(key);
        else next.set(key, value);
        if (value !== null && sizeOf(next) > capacity) return;
        kept.clear();
        for (const entry of next) kept.set(...entry);
      },
    };
    const fill = (more = 0) => {
      capacity = sizeOf(kept) + more;
    };
    return { kept, fill, visit: () => createDrafts({ storage, getSelfId: () => 'ann' }) };
  };

  it('has room for what is on its way in the place of the draft', () => {
    const { fill, visit } = createFullStorage();
    const drafts = visit();
    drafts.change(room, { text: 'look', replyTo: quotation });
    fill();
    drafts.letGo(room, 'look');
    expect(visit().get(room)).toEqual({ ...nothing, text: 'look', replyTo: quotation });
  });

  it('finds again, and erases, what it could not note', () => {
    const { kept, fill, visit } = createFullStorage();
    const drafts = visit();
    drafts.change(room, { text: 'look' });
    drafts.letGo(room, 'look');
    kept.delete('boltorezka.drafts');
    fill(200);
    const next = visit();
    expect(next.get(room).text).toBe('look');
    expect(next.list()).toHaveLength(1);
    next.erase();
    expect([...kept.keys()]).toEqual([]);
  });
});

describe('after a sign-out', () => {
  let server: ScriptedServer;
  let client: Client;
  beforeEach(async () => {
    server = await createScriptedServer();
  });
  afterEach(async () => {
    client.close();
    await server.close();
  });

  it('words that could not be kept are a draft again for their writer, in the same page', async () => {
    const full = () => {
      throw new DOMException('Full', 'QuotaExceededError');
    };
    client = await createSignedInClient(server, { outbox: { ...createMemoryOutbox(), save: full } });
    const { drafts } = client;
    drafts.change(room, { text: 'look' });
    client.rooms.open('general').send('look', drafts.letGo(room, 'look'));
    expect([drafts.get(room).text, drafts.list()]).toEqual(['', []]);
    await client.auth.logout();
    await client.auth.login({ email: user.email, password: 'password123' });
    expect(client.unsent.state.get()).toEqual([]);
    expect(drafts.get(room).text).toBe('look');
    expect(drafts.list()).toHaveLength(1);
  });
});
