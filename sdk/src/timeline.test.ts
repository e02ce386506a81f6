import { AppError, type ChatMessage } from '@boltorezka/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uuid } from '../test/scripted-server.ts';
import { fromOutbox } from './timeline/message-view.ts';
import {
  addPending,
  applyMessages,
  applyNewestPage,
  applyOlder,
  applySnapshot,
  emptyTimeline,
  messagesOf,
  removePending,
  setPendingError,
  type Timeline,
} from './timeline.ts';

const self = uuid(1);
const other = uuid(2);
const epoch = uuid(500);

const message = (seq: number, fields: Partial<ChatMessage> = {}): ChatMessage => ({
  id: uuid(1_000 + seq),
  roomId: uuid(10),
  userId: other,
  userName: 'Bob',
  text: `message ${seq}`,
  createdAt: '2026-01-01T00:00:00.000Z',
  seq,
  epoch,
  ...fields,
});

const pending = (key: string) => ({
  ...fromOutbox(
    {
      key,
      userId: self,
      roomSlug: 'general',
      order: 0,
      createdAt: '2026-01-01T00:00:00.000Z',
      text: key,
      refusal: null,
    },
    'Ann',
  ),
  status: 'sending' as const,
});

const joined = (seq: number): Timeline =>
  applyNewestPage(
    applySnapshot(emptyTimeline, { epoch, seq, recovered: false, missed: [] }, self),
    { messages: [], snapshotSeq: seq },
    self,
  ).timeline;

const seqs = (timeline: Timeline) => timeline.sent.map(({ seq }) => seq);

describe('timeline', () => {
  it('ends in the same order whatever the interleaving and duplication of the same messages', () => {
    const log = Array.from({ length: 12 }, (_, index) =>
      message(index + 1, index % 3 === 0 ? { userId: self, clientMessageId: `own-${index}` } : {}),
    );
    const expected = applyMessages(joined(0), log, self);
    const batches = fc.array(fc.array(fc.constantFrom(...log), { maxLength: 4 }), { maxLength: 20 });
    fc.assert(
      fc.property(batches, fc.shuffledSubarray(log, { minLength: log.length }), (noise, all) => {
        const arrivals = [...noise, ...all.map((one) => [one])];
        const end = arrivals.reduce((timeline, batch) => applyMessages(timeline, batch, self), joined(0));
        expect(messagesOf(end)).toEqual(messagesOf(expected));
        expect(end.position).toBe(12);
        expect(end.ahead).toEqual([]);
      }),
    );
  });

  it('ends the same whether a message of our own is confirmed by its ack, its event, or both', () => {
    const own = message(1, { userId: self, clientMessageId: 'k' });
    const sending = addPending(joined(0), pending('k'));
    const once = applyMessages(sending, [own], self);
    const twice = applyMessages(once, [own], self);
    expect(messagesOf(once)).toEqual(messagesOf(twice));
    expect(messagesOf(once)).toMatchObject([{ key: 'k', id: own.id, status: 'sent', seq: 1 }]);
  });

  it('keeps the place of our pending messages when somebody borrows their clientMessageId', () => {
    const sending = addPending(joined(0), pending('k'));
    const after = applyMessages(sending, [message(1, { clientMessageId: 'k' })], self);
    expect(messagesOf(after).map(({ key, status }) => [key, status])).toEqual([
      [uuid(1_001), 'sent'],
      ['k', 'sending'],
    ]);
  });

  it('does not claim to have seen what lies before a gap', () => {
    const timeline = applyMessages(joined(3), [message(4), message(6), message(7)], self);
    expect(timeline.position).toBe(4);
    expect(applyMessages(timeline, [message(5)], self).position).toBe(7);
  });

  it('takes a replay for everything up to the position of its snapshot', () => {
    const before = applyMessages(joined(3), [message(4)], self);
    const missed = [message(5), message(6)];
    const after = applySnapshot(before, { epoch, seq: 9, recovered: true, missed }, self);
    expect(seqs(after)).toEqual([4, 5, 6]);
    expect(after.position).toBe(9);
  });

  it('knows no position between a snapshot that did not recover and the page that follows', () => {
    const after = applySnapshot(joined(3), { epoch, seq: 900, recovered: false, missed: [] }, self);
    expect(after.position).toBeNull();
    const live = applyMessages(after, [message(901)], self);
    const page = { messages: [message(899), message(900)], snapshotSeq: 900 };
    expect(applyNewestPage(live, page, self).timeline.position).toBe(901);
  });

  it('starts over where the newest page does not reach what is here, and keeps what came live', () => {
    const old = applyMessages(joined(0), [message(1), message(2)], self);
    const snapshot = applySnapshot(old, { epoch, seq: 900, recovered: false, missed: [] }, self);
    const live = applyMessages(snapshot, [message(901)], self);
    const page = { messages: [message(899), message(900)], snapshotSeq: 900 };
    const result = applyNewestPage(live, page, self);
    expect(result.startedOver).toBe(true);
    expect(seqs(result.timeline)).toEqual([899, 900, 901]);
  });

  it('merges the newest page where it continues what is here', () => {
    const old = applyMessages(joined(0), [message(1), message(2)], self);
    const snapshot = applySnapshot(old, { epoch, seq: 4, recovered: false, missed: [] }, self);
    const page = { messages: [message(2), message(3), message(4)], snapshotSeq: 4 };
    const result = applyNewestPage(snapshot, page, self);
    expect(result.startedOver).toBe(false);
    expect(seqs(result.timeline)).toEqual([1, 2, 3, 4]);
  });

  it('forgets another log, but not what waits to be sent', () => {
    const old = addPending(applyMessages(joined(0), [message(1)], self), pending('k'));
    const restored = { epoch: uuid(501), seq: 1, recovered: false, missed: [] };
    const after = applySnapshot(old, restored, self);
    expect(messagesOf(after).map(({ key }) => key)).toEqual(['k']);
    expect(applyMessages(after, [message(2)], self)).toBe(after);
  });

  it('puts older pages below without moving the position', () => {
    const timeline = applyMessages(joined(5), [message(6)], self);
    const older = applyOlder(timeline, [message(4), message(5)], self);
    expect(seqs(older)).toEqual([4, 5, 6]);
    expect(older.position).toBe(6);
  });

  it('shows a failed message as failed until it is tried again or discarded', () => {
    const error = new AppError('Forbidden', 'You may not write here');
    const sending = addPending(joined(0), pending('k'));
    const failed = setPendingError(sending, 'k', error);
    expect(messagesOf(failed)).toMatchObject([{ status: 'failed', error }]);
    expect(messagesOf(setPendingError(failed, 'k', null))).toMatchObject([
      { status: 'sending', error: null },
    ]);
    expect(messagesOf(removePending(failed, 'k'))).toEqual([]);
  });

  it('never shows a hole, however live messages, lost sockets and pages that never came mingle', () => {
    interface World {
      timeline: Timeline;
      seq: number;
      owed: number | null;
    }
    // What the server holds is every position up to `seq`; what it replays is at most three.
    const rejoin = ({ timeline, seq }: World): World => {
      const { position } = timeline;
      const recovered = position !== null && seq - position <= 3;
      const first = recovered ? position + 1 : seq + 1;
      const missed = Array.from({ length: seq + 1 - first }, (_, index) => message(first + index));
      return {
        timeline: applySnapshot(timeline, { epoch, seq, recovered, missed }, self),
        seq,
        owed: recovered ? null : seq,
      };
    };
    const readNewest = (world: World, size: number): World => {
      if (world.owed === null) return world;
      const first = Math.max(1, world.seq - size + 1);
      const messages = Array.from({ length: world.seq - first + 1 }, (_, index) => message(first + index));
      const { timeline } = applyNewestPage(world.timeline, { messages, snapshotSeq: world.owed }, self);
      return { ...world, timeline, owed: null };
    };
    const step = fc.oneof(
      fc.record({ type: fc.constant('live' as const) }),
      fc.record({ type: fc.constant('missed' as const), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ type: fc.constant('page' as const), size: fc.integer({ min: 1, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let world = rejoin({ timeline: emptyTimeline, seq: 5, owed: null });
        for (const one of steps) {
          if (one.type === 'page') world = readNewest(world, one.size);
          else if (one.type === 'missed') world = rejoin({ ...world, seq: world.seq + one.count });
          else {
            const seq = world.seq + 1;
            world = { ...world, seq, timeline: applyMessages(world.timeline, [message(seq)], self) };
          }
        }
        const { timeline, seq } = readNewest(world, 4);
        const shown = seqs(timeline);
        expect(timeline.position).toBe(seq);
        expect(shown).toEqual(shown.map((_, index) => seq - shown.length + 1 + index));
      }),
      { numRuns: 500 },
    );
  });
});
