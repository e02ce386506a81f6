import type { ChatMessage } from '@boltorezka/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epoch } from '../../test/fixtures.ts';
import { createLogModel, type Deed, type LogModel } from '../../test/log-model.ts';
import { user } from '../../test/scripted-server.ts';
import type { LogEvent } from './log.ts';
import {
  applyNewerPage,
  applyNewestPage,
  applyOlderPage,
  applyPageAround,
  applyThreadPage,
  applyThreadRoot,
  beginPage,
  closeThread,
  endPage,
  openThread,
  returnToNewest,
} from './pages.ts';
import { applyAck, applyEvent, applyPageAhead, applySnapshot, createTimeline, type Timeline } from './timeline.ts';
import type { Page } from './window.ts';

/** More missed messages than this, and the server starts over. */
const maxReplayed = 6;
const pageSize = 4;

/** What may happen on the way between a server and a client. */
type Step =
  | { type: 'act'; deed: Deed; isAcked: boolean }
  | { type: 'deliver' | 'repeat' | 'lose' | 'ack'; at: number }
  | { type: 'rejoin' | 'landPage' | 'askOlder' | 'askNewer' | 'toNewest' }
  | { type: 'jump' | 'openThread' | 'closeThread'; of: number };

type PageKind = 'newest' | 'older' | 'newer' | 'around' | 'thread';

interface PageOnItsWay {
  kind: PageKind;
  page: Page;
  rootId: string | null;
  root: ChatMessage | null;
  /** What was shown when it was asked for: a page that continues something else is thrown away. */
  generation: number;
}

/** A client, the wire to it, and the server. */
class World {
  readonly server: LogModel = createLogModel();
  timeline: Timeline = createTimeline(user.id);
  #flying: LogEvent[] = [];
  #acks: ChatMessage[] = [];
  #pages: PageOnItsWay[] = [];
  #seen = 0;
  #generation = 0;

  /** What was published since the last look is on its way. */
  #publish(): void {
    this.#flying.push(...this.server.events.slice(this.#seen));
    this.#seen = this.server.events.length;
  }

  act(deed: Deed, isAcked: boolean): void {
    const written = this.server.act(deed);
    if (written && isAcked && written.userId === user.id) this.#acks.push(written);
    this.#publish();
  }

  deliver(at: number, how: 'deliver' | 'repeat' | 'lose'): void {
    const index = at % Math.max(this.#flying.length, 1);
    const event = this.#flying[index];
    if (!event) return;
    if (how !== 'repeat') this.#flying.splice(index, 1);
    if (how !== 'lose') this.timeline = applyEvent(this.timeline, event).timeline;
  }

  ack(at: number): void {
    const index = at % Math.max(this.#acks.length, 1);
    const [message] = this.#acks.splice(index, 1);
    if (message) this.timeline = applyAck(this.timeline, message).timeline;
  }

  /** The socket is lost with all that was on its way, and the room joined anew. */
  rejoin(): void {
    this.#flying = [];
    this.#acks = [];
    const { position } = this.timeline.log;
    const seq = this.server.seq();
    const missed = position === null ? [] : this.server.missedAfter(position);
    const recovered = position !== null && missed.length <= maxReplayed;
    const snapshot = { epoch, seq, recovered, missed: recovered ? missed : [] };
    this.timeline = applySnapshot(this.timeline, snapshot).timeline;
    if (recovered) return;
    this.#generation += 1;
    this.#ask('newest', this.server.page(pageSize));
    for (const rootId of this.timeline.threads.keys()) this.#askThread(rootId);
  }

  #ask(kind: PageKind, page: Page, rootId: string | null = null): void {
    this.timeline = beginPage(this.timeline);
    const root = rootId === null ? null : (this.server.all().find(({ id }) => id === rootId) ?? null);
    this.#pages.push({ kind, page, rootId, root, generation: this.#generation });
  }

  #askThread(rootId: string): void {
    this.#ask('thread', this.server.page(pageSize, undefined, rootId), rootId);
  }

  #isAsked(kind: PageKind): boolean {
    return this.#pages.some((page) => page.kind === kind && page.generation === this.#generation);
  }

  askOlder(): void {
    const { past, live, isNewestMissing } = this.timeline;
    const { olderCursor } = past ?? live;
    if (olderCursor === null || (!past && isNewestMissing) || this.#isAsked('older')) return;
    this.#ask('older', this.server.page(pageSize, Number(olderCursor.split('.')[1])));
  }

  askNewer(): void {
    const cursor = this.timeline.past?.newerCursor;
    if (!cursor || this.#isAsked('newer')) return;
    this.#ask('newer', this.server.pageAfter(pageSize, Number(cursor.split('.')[1])));
  }

  jump(of: number): void {
    const target = this.server.messageAt(of);
    if (!target || target.threadRootId !== undefined || this.timeline.isNewestMissing) return;
    this.#ask('around', this.server.pageAround(2, target.id));
  }

  toNewest(): void {
    this.#generation += 1;
    this.timeline = returnToNewest(this.timeline);
    // Pages of another view are thrown away; the newest page is not one of them.
    for (const page of this.#pages) if (page.kind === 'newest') page.generation = this.#generation;
    for (const page of this.#pages) if (page.kind === 'thread') page.generation = this.#generation;
  }

  openThread(of: number): void {
    const root = this.server.messageAt(of);
    if (!root || root.threadRootId !== undefined || this.timeline.threads.has(root.id)) return;
    this.timeline = openThread(this.timeline, root.id);
    this.#askThread(root.id);
  }

  closeThread(of: number): void {
    const root = this.server.messageAt(of);
    if (!root) return;
    this.timeline = closeThread(this.timeline, root.id);
    this.#pages = this.#pages.filter(({ rootId }) => {
      if (rootId !== root.id) return true;
      this.timeline = endPage(this.timeline);
      return false;
    });
  }

  landPage(): void {
    const landing = this.#pages.shift();
    if (!landing) return;
    if (landing.generation === this.#generation) this.#take(landing);
    this.timeline = endPage(this.timeline);
  }

  #take({ kind, page, rootId, root }: PageOnItsWay): void {
    const { timeline } = this;
    if (kind === 'newest') this.timeline = applyNewestPage(timeline, page);
    else if (kind === 'older') this.timeline = applyOlderPage(timeline, page);
    else if (kind === 'newer') this.timeline = applyNewerPage(timeline, page);
    else if (kind === 'around') {
      this.#generation += 1;
      for (const other of this.#pages) {
        if (other.kind === 'newest' || other.kind === 'thread') other.generation = this.#generation;
      }
      this.timeline = applyPageAround(timeline, page);
    } else if (rootId !== null) {
      if (root) this.timeline = applyThreadRoot(this.timeline, root);
      this.timeline = applyThreadPage(this.timeline, rootId, page);
    }
  }

  /** All that is on its way arrives, and what was lost is asked for. */
  settle(): void {
    this.rejoin();
    while (this.#pages.length > 0) this.landPage();
  }

  run(step: Step): void {
    switch (step.type) {
      case 'act':
        return this.act(step.deed, step.isAcked);
      case 'ack':
        return this.ack(step.at);
      case 'rejoin':
        return this.rejoin();
      case 'landPage':
        return this.landPage();
      case 'askOlder':
        return this.askOlder();
      case 'askNewer':
        return this.askNewer();
      case 'toNewest':
        return this.toNewest();
      case 'jump':
        return this.jump(step.of);
      case 'openThread':
        return this.openThread(step.of);
      case 'closeThread':
        return this.closeThread(step.of);
      default:
        return this.deliver(step.at, step.type);
    }
  }
}

const index = fc.nat({ max: 30 });
const emoji = fc.constantFrom('👍', '🔥');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('send' as const),
      isMine: fc.boolean(),
      replyTo: fc.option(index, { freq: 2 }),
      thread: fc.option(index, { freq: 2 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('edit', 'delete', 'pin'), of: index }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('react' as const), of: index, isMine: fc.boolean(), emoji }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'changeRoom' as const }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant('act' as const), deed, isAcked: fc.boolean() }) },
  {
    weight: 9,
    arbitrary: fc.record({ type: fc.constantFrom('deliver', 'deliver', 'repeat', 'lose', 'ack'), at: index }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constantFrom('rejoin', 'landPage', 'landPage', 'askOlder', 'askNewer', 'toNewest'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('jump', 'openThread', 'closeThread'), of: index }) },
);

const seqsOf = (messages: readonly ChatMessage[]) => messages.map(({ seq }) => seq);

/** Without what only says how late a state is. */
const comparable = (messages: readonly ChatMessage[]) =>
  messages.map(({ revision: _revision, reactions = [], ...message }) => ({
    ...message,
    reactions: [...reactions].sort((one, other) => one.emoji.localeCompare(other.emoji)),
  }));

/** What is shown is in order, each once, and without a hole up to what has been taken in. */
const expectNoHole = ({ server, timeline }: World): void => {
  const { live, past, log, isNewestMissing } = timeline;
  const shown = seqsOf(live.messages);
  expect(shown).toEqual([...new Set(shown)].sort((one, other) => one - other));
  if (!isNewestMissing) {
    const position = log.position ?? 0;
    const held = seqsOf(server.all()).filter((seq) => seq >= live.floorSeq && seq <= position);
    expect(shown.filter((seq) => seq <= position)).toEqual(held);
  }
  if (!past) return;
  const held = seqsOf(server.all()).filter((seq) => seq >= past.floorSeq && seq <= past.ceilingSeq);
  expect(seqsOf(past.messages)).toEqual(held);
};

const expectTruth = ({ server, timeline }: World): void => {
  const { live, past, threads, log, acked } = timeline;
  expect(log).toMatchObject({ position: server.seq(), waiting: [] });
  expect(acked).toEqual([]);
  const room = server.all();
  expect(comparable(live.messages)).toEqual(comparable(room.filter(({ seq }) => seq >= live.floorSeq)));
  if (past) {
    const held = room.filter(({ seq }) => seq >= past.floorSeq && seq <= past.ceilingSeq);
    expect(comparable(past.messages)).toEqual(comparable(held));
  }
  for (const [rootId, { root, window }] of threads) {
    const replies = server.all(rootId).filter(({ seq }) => seq >= (window?.floorSeq ?? 0));
    expect(comparable(window?.messages ?? [])).toEqual(comparable(replies));
    expect(comparable(root ? [root] : [])).toEqual(comparable(room.filter(({ id }) => id === rootId)));
  }
};

describe('the timeline, however events, answers, pages and losses mingle', () => {
  it('ends as the server has it, and never shows a hole, a double or another order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120, size: 'max' }), (steps) => {
        const world = new World();
        world.act({ do: 'send', isMine: false, replyTo: null, thread: null }, false);
        world.rejoin();
        for (const one of steps) {
          world.run(one);
          expectNoHole(world);
        }
        world.settle();
        expectTruth(world);
      }),
      { numRuns: 400 },
    );
  });

  it('ends so without joining anew, where all events come, in whatever order and however often', () => {
    const deeds = fc.array(deed, { minLength: 1, maxLength: 30, size: 'max' });
    fc.assert(
      fc.property(deeds, fc.infiniteStream(index), (all, order) => {
        const world = new World();
        world.rejoin();
        world.landPage();
        for (const one of all) world.act(one, true);
        for (const at of order.take(10_000)) {
          if (world.timeline.log.position === world.server.seq()) break;
          world.deliver(at, at % 3 === 0 ? 'repeat' : 'deliver');
          world.ack(at);
          expectNoHole(world);
        }
        expectTruth(world);
      }),
      { numRuns: 300 },
    );
  });

  it('goes on from a page that was read before the room was joined', () => {
    const deeds = fc.array(deed, { maxLength: 12, size: 'max' });
    fc.assert(
      fc.property(deeds, deeds, (before, after) => {
        const world = new World();
        world.act({ do: 'send', isMine: false, replyTo: null, thread: null }, false);
        for (const one of before) world.act(one, false);
        world.timeline = applyPageAhead(world.timeline, world.server.page(pageSize));
        for (const one of after) world.act(one, false);
        world.settle();
        expectTruth(world);
      }),
      { numRuns: 300 },
    );
  });
});
