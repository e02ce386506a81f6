import type { ChatMessage } from '@boltorezka/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Deed } from '../../test/log-model.ts';
import { pageSize, type Step, World } from '../../test/timeline-world.ts';
import { applyPageAhead, type Timeline } from './timeline.ts';

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
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constantFrom('jump', 'jumpToPosition', 'look', 'look', 'openThread', 'closeThread'),
      of: index,
    }),
  },
);
/** How much the client holds: all that it loads, or two pages and a little more. */
const maxLoaded = fc.constantFrom(Number.POSITIVE_INFINITY, 7, 9);

const seqsOf = (messages: readonly ChatMessage[]) => messages.map(({ seq }) => seq);

/** Without what only says how late a state is. */
const comparable = (messages: readonly ChatMessage[]) =>
  messages.map(({ revision: _revision, reactions = [], ...message }) => ({
    ...message,
    reactions: [...reactions].sort((one, other) => one.emoji.localeCompare(other.emoji)),
  }));

/** Compared as text: it is looked at after every step. */
const expectSame = (what: string, seqs: number[], held: number[]): void => {
  if (seqs.join() !== held.join()) throw new Error(`${what} shows ${seqs.join()}, and should ${held.join()}`);
};

/** What is shown is in order, each once, and without a hole up to what has been taken in. */
const expectNoHole = ({ server, timeline }: World): void => {
  const { live, past, log, isNewestMissing } = timeline;
  const shown = seqsOf(live.messages);
  expectSame(
    'the room',
    shown,
    [...new Set(shown)].sort((one, other) => one - other),
  );
  const all = seqsOf(server.all());
  if (!isNewestMissing) {
    const position = log.position ?? 0;
    const held = all.filter((seq) => seq >= live.floorSeq && seq <= position);
    expectSame(
      'the room',
      shown.filter((seq) => seq <= position),
      held,
    );
  }
  if (!past) return;
  expectSame(
    'the past',
    seqsOf(past.messages),
    all.filter((seq) => seq >= past.floorSeq && seq <= past.ceilingSeq),
  );
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

/** Where nothing is on its way, no stretch is longer than it may be. */
const expectBounded = ({ live, past, openPages, isNewestMissing }: Timeline, most: number): void => {
  if (openPages > 0 || isNewestMissing) return;
  for (const { messages } of past ? [live, past] : [live])
    if (messages.length > most) throw new Error(`${messages.length} messages are held of ${most}`);
};

/** Reads on to the end that the step leads to; what is held is as the server has it at each page. */
const walk = (world: World, type: 'askOlder' | 'askNewer'): void => {
  const isEnd = ({ past, live }: Timeline): boolean =>
    type === 'askOlder' ? (past ?? live).olderCursor === null : past === null;
  for (let pages = 0; !isEnd(world.timeline); pages += 1) {
    if (pages > 200) throw new Error(`${type} leads nowhere`);
    world.run({ type: 'lookOn', where: type === 'askOlder' ? 'oldest' : 'newest' });
    world.run({ type });
    world.run({ type: 'landPage' });
    expectTruth(world);
  }
};

describe('the timeline, however events, answers, pages and losses mingle', () => {
  it('ends as the server has it, and never shows a hole, a double or another order', () => {
    fc.assert(
      fc.property(maxLoaded, fc.array(step, { maxLength: 120, size: 'max' }), (most, steps) => {
        const world = new World(most);
        world.act({ do: 'send', isMine: false, replyTo: null, thread: null }, false);
        world.rejoin();
        for (const one of steps) {
          world.run(one);
          expectNoHole(world);
          expectBounded(world.timeline, most);
        }
        world.settle();
        expectTruth(world);
      }),
      { numRuns: 400 },
    );
  });

  it('is read through from end to end however little is held, and is what a fresh reader would be shown', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), fc.nat({ max: 40 }), (steps, more) => {
        const world = new World(7);
        world.act({ do: 'send', isMine: false, replyTo: null, thread: null }, false);
        world.rejoin();
        for (const one of steps) world.run(one);
        const said = { do: 'send', isMine: false, replyTo: null, thread: null } as const;
        for (let n = 0; n < more; n += 1) world.run({ type: 'act', deed: said, isAcked: false });
        world.settle();
        walk(world, 'askOlder');
        walk(world, 'askNewer');
        const [last] = world.server.page(1).messages;
        expect(world.timeline.live.messages.at(-1)?.seq).toBe(last?.seq);
      }),
      { numRuns: 200 },
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
