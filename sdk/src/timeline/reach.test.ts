import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epoch, message } from '../../test/fixtures.ts';
import { user } from '../../test/scripted-server.ts';
import { beginPage, returnToNewest } from './pages.ts';
import { withinReach } from './reach.ts';
import { applyEvent, applySnapshot, createTimeline, type Timeline } from './timeline.ts';
import { windowFrom } from './window.ts';

const nothing = { epoch, seq: 0, recovered: false, missed: [] };

const receive = (timeline: Timeline, seq: number, fields: object = {}): Timeline =>
  applyEvent(timeline, { type: 'chat.message', payload: message(seq, fields) }).timeline;

/** A room of so many messages, all of which came while it was looked at. */
const roomOf = (count: number): Timeline => {
  const empty = { ...applySnapshot(createTimeline(user.id), nothing).timeline, isNewestMissing: false };
  let timeline: Timeline = { ...empty, live: windowFrom(null, 0) };
  for (let seq = 1; seq <= count; seq += 1) timeline = receive(timeline, seq);
  return timeline;
};

const shownOf = ({ past, live }: Timeline): number[] => (past ?? live).messages.map(({ seq }) => seq);

describe('what is far from the reader', () => {
  it('goes from the beginning while they are at the newest, and cursors lead back to it', () => {
    const { live, past } = withinReach(roomOf(13), { maxLoaded: 12, lookSeq: null });
    expect(past).toBeNull();
    expect(live).toMatchObject({
      floorSeq: 6,
      olderCursor: `${epoch}.6`,
      ceilingSeq: Number.POSITIVE_INFINITY,
    });
    expect(live.messages.map(({ seq }) => seq)).toEqual([6, 7, 8, 9, 10, 11, 12, 13]);
  });

  it('is the newest where they are further back: what comes is counted, and the newest stay at hand', () => {
    let timeline = withinReach(roomOf(13), { maxLoaded: 12, lookSeq: 3 });
    expect(shownOf(timeline)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(timeline.past).toMatchObject({ ceilingSeq: 8, newerCursor: `${epoch}.8`, olderCursor: null });
    timeline = receive(timeline, 14);
    timeline = receive(timeline, 15, { userId: user.id });
    timeline = receive(timeline, 16, { threadRootId: message(3).id });
    expect(timeline.newerCount).toBe(1);
    expect(shownOf(timeline)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(shownOf(returnToNewest(timeline))).toEqual([10, 11, 12, 13, 14, 15]);
  });

  it('stays while a page is on its way, which says of its edges what was so when it was asked for', () => {
    const timeline = beginPage(roomOf(13));
    expect(withinReach(timeline, { maxLoaded: 12, lookSeq: null })).toBe(timeline);
  });

  it('stays while the newest page is still to be read: nothing else says where the newest begin', () => {
    const timeline = { ...roomOf(13), isNewestMissing: true };
    expect(withinReach(timeline, { maxLoaded: 12, lookSeq: null })).toBe(timeline);
  });

  it('is nothing where no more is held than may be', () => {
    const timeline = roomOf(12);
    expect(withinReach(timeline, { maxLoaded: 12, lookSeq: null })).toBe(timeline);
    expect(withinReach(timeline, { maxLoaded: Number.POSITIVE_INFINITY, lookSeq: 1 })).toBe(timeline);
  });

  it('never takes what is before their eyes, nor what stands beside it', () => {
    const counts = fc.record({
      count: fc.integer({ min: 1, max: 60 }),
      of: fc.nat(),
      most: fc.integer({ min: 12, max: 40 }),
    });
    fc.assert(
      fc.property(counts, ({ count, of, most }) => {
        const lookSeq = 1 + (of % count);
        const shown = shownOf(withinReach(roomOf(count), { maxLoaded: most, lookSeq }));
        const beside = [lookSeq - 1, lookSeq, lookSeq + 1].filter((seq) => seq >= 1 && seq <= count);
        // One that comes brings one over what may be held; more at once is a page, which lands beside its reader.
        if (count <= most + 1) expect(shown).toEqual(expect.arrayContaining(beside));
        expect(shown.length).toBeLessThanOrEqual(most);
      }),
    );
  });
});
