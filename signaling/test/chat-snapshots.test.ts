import { type ChatMessage, toCamelCase } from '@boltorezka/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { at, type Party, positionOf, readHistory, startParty, upload } from './chat-rig.ts';
import { applyEvent, applyMissed, type LogEvent, toComparable, type View } from './client-fold.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

/** Something that somebody does. `to` is any number: it picks among the messages that there are. */
type Action =
  | {
      kind: 'send' | 'answer' | 'inThread';
      by: number;
      to: number;
      names: boolean;
      more: 'file' | 'everyone' | null;
    }
  /** By the author of the message, where it is not by anybody. */
  | { kind: 'edit' | 'delete'; by: number | null; to: number; text: number }
  | { kind: 'react'; by: number; to: number; emoji: string; isSet: boolean }
  | { kind: 'pin'; by: number; to: number; isPinned: boolean }
  | { kind: 'dismiss'; by: number | null; to: number; link: number };

const by = fc.nat(3);
const to = fc.nat(30);
/** Few roots, so that threads have more than one reply. */
const root = fc.nat(2);
const names = fc.boolean();
const more = fc.constantFrom('file', 'everyone', null, null);
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({ kind: fc.constantFrom('send', 'answer'), by, to, names, more }),
  fc.record({ kind: fc.constant('inThread'), by, to: root, names, more }),
  fc.record({ kind: fc.constantFrom('edit', 'delete'), by: fc.option(by), to, text: fc.nat(2) }),
  fc.record({
    kind: fc.constant('react'),
    ...{ by, to },
    emoji: fc.constantFrom('👍', '🎉', '❤️'),
    isSet: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('pin'), by, to, isPinned: fc.boolean() }),
  fc.record({ kind: fc.constant('dismiss'), by: fc.option(by), to: root, link: fc.nat(1) }),
);
/** What happens at once, one after the other. */
const story = fc.array(fc.array(action, { minLength: 1, maxLength: 6 }), { minLength: 3, maxLength: 8 });

const links = ['https://a.example', 'https://b.example'] as const;

const logTypes = ['chat.message', 'chat.messageChanged', 'chat.reactionChanged'];

describe('whatever several people do at once', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server.close());

  const peopleOf = ({ owner, moderator, member, guest }: Party) => [owner, moderator, member, guest] as const;

  /** Does it, or is refused: which of the two is not the question here. */
  const act = (party: Party, sent: { id: string; by: number }[], what: Action): Promise<unknown> => {
    const there = sent[what.to % Math.max(1, sent.length)];
    const who = what.by ?? there?.by ?? 0;
    const socket = peopleOf(party)[who]!;
    const messageId = there?.id;
    const say = async (more: object) => {
      const mentions = 'names' in what && what.names ? { mentions: [party.guest.user.id] } : {};
      const all = 'more' in what && what.more === 'everyone' ? { mentionsEveryone: true } : {};
      const attachmentIds =
        'more' in what && what.more === 'file'
          ? [await upload(server.database.db, at(party.room, socket))]
          : [];
      const payload = {
        text: `${what.kind} ${what.to}`,
        roomSlug: party.room.slug,
        ...mentions,
        ...all,
        ...more,
      };
      const { id } = await socket.request('chat.send', { ...payload, attachmentIds });
      sent.push({ id, by: who });
    };
    if (messageId === undefined) return say({});
    switch (what.kind) {
      case 'send':
        return say({});
      case 'answer':
        return say({ replyTo: messageId });
      case 'inThread':
        return say({ threadRootId: messageId });
      case 'edit':
        return socket.request('chat.edit', { messageId, text: `edited ${links.slice(what.text).join(' ')}` });
      case 'delete':
        return socket.request('chat.delete', { messageId });
      case 'react':
        return socket.request('chat.react', { messageId, emoji: what.emoji, isSet: what.isSet });
      case 'pin':
        return socket.request('chat.pin', { messageId, isPinned: what.isPinned });
      case 'dismiss':
        return socket.request('chat.dismissPreview', { messageId, url: links[what.link]! });
    }
  };

  /** A message of each of the first two, with previews as if they had always been there: nobody has read it yet. */
  const begin = async (party: Party): Promise<{ id: string; by: number }[]> => {
    const sent: { id: string; by: number }[] = [];
    const previews = JSON.stringify(links.map((url) => ({ url, title: 'Page' })));
    for (const [by, socket] of peopleOf(party).slice(0, 2).entries()) {
      const { id } = await socket.request('chat.send', { text: links.join(' '), roomSlug: party.room.slug });
      await server.database.db.query('UPDATE messages SET previews = $2 WHERE id = $1', [id, previews]);
      sent.push({ id, by });
    }
    return sent;
  };

  const position = (party: Party) => positionOf(server.database.db, party.room.id);

  /** A view with the position that was read before it. */
  const snapshot = async (party: Party, reader: TestSocket): Promise<{ seq: number; view: View }> => {
    const seq = await position(party);
    const { messages } = await readHistory(reader, party.room.slug, { limit: '100' });
    return { seq, view: new Map(messages.map((message) => [message.id, toCamelCase<ChatMessage>(message)])) };
  };

  const eventsOf = ({ frames }: TestSocket): LogEvent[] =>
    frames.flatMap(({ type, payload }) =>
      logTypes.includes(type) ? [{ type, payload } as unknown as LogEvent] : [],
    );

  /** Resolves with the log's events, once the reader has been told all of them; each once, without a gap. */
  const wholeLog = async (party: Party, reader: TestSocket): Promise<LogEvent[]> => {
    const last = await position(party);
    await expect.poll(() => eventsOf(reader).length, { timeout: 5_000 }).toBe(last);
    const events = eventsOf(reader).sort((a, b) => a.payload.seq - b.payload.seq);
    expect(events.map(({ payload }) => payload.seq)).toEqual(events.map((_, n) => n + 1));
    return events;
  };

  /** Joins anew as somebody who has seen so much, and gets what was missed. */
  const comeBack = async (party: Party, reader: TestSocket, { seq, view }: { seq: number; view: View }) => {
    const socket = await openSocket(server.url, reader);
    const roomSlug = party.room.slug;
    const { epoch } = await socket.request('room.join', { roomSlug });
    const joined = await socket.request('room.join', { roomSlug, afterSeq: seq, epoch });
    expect(joined.recovered).toBe(true);
    const caughtUp: View = new Map(view);
    applyMissed(caughtUp, joined.missed);
    await socket.close();
    return caughtUp;
  };

  it('a snapshot and the events after it are a later snapshot, from each to each', async () => {
    await fc.assert(
      fc.asyncProperty(story, by, async (bursts, who) => {
        const party = await startParty(server);
        const reader = peopleOf(party)[who]!;
        const sent = await begin(party);
        const snapshots = [await snapshot(party, reader)];
        const racing: { seq: number; view: View }[] = [];
        for (const burst of bursts) {
          const done = Promise.allSettled(burst.map((each) => act(party, sent, each)));
          racing.push(await snapshot(party, reader));
          await done;
          snapshots.push(await snapshot(party, reader));
        }
        const events = await wholeLog(party, reader);
        for (const [index, start] of [...snapshots, ...racing].entries()) {
          const view: View = new Map(start.view);
          for (const event of events) {
            if (event.payload.seq <= start.seq) continue;
            applyEvent(view, event, reader.user.id);
            const reached = snapshots.find(({ seq }) => seq === event.payload.seq);
            // What was read while others wrote is of no single moment: it is whole in the end.
            if (reached && index < snapshots.length)
              expect(toComparable(view)).toEqual(toComparable(reached.view));
          }
          expect(toComparable(view)).toEqual(toComparable(snapshots.at(-1)!.view));
          const caughtUp = await comeBack(party, reader, start);
          expect(toComparable(caughtUp)).toEqual(toComparable(snapshots.at(-1)!.view));
        }
        await party.close();
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});
