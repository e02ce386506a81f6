import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { quietLog } from '../../test/log.ts';
import type { LogPosition } from '../platform/bus.ts';
import { FollowedLog } from './followed-log.ts';
import { LogWatch } from './log-watch.ts';

const epoch = randomUUID();
const at = (seq: number): LogPosition => ({ seq, epoch });

describe('how far a log was told', () => {
  const follow = (first: number) => {
    const log = new FollowedLog();
    log.handleSnapshot(at(first));
    return log;
  };

  it('goes on without a gap alone, in whatever order events come, and once each', () => {
    const log = follow(4);
    for (const seq of [6, 7, 3, 6]) log.handleEvent(at(seq));
    expect(log.position?.seq).toBe(4);
    log.handleEvent(at(5));
    expect(log.position?.seq).toBe(7);
  });

  it('begins with the earliest snapshot, and a later one makes nothing good', () => {
    const log = follow(5);
    log.handleSnapshot(at(4));
    log.handleSnapshot(at(9));
    expect(log.position?.seq).toBe(4);
    log.handleEvent(at(6));
    log.handleSnapshot(at(2));
    expect(log.position?.seq).toBe(4);
  });

  it('counts what was told before the first snapshot was answered', () => {
    const log = new FollowedLog();
    log.handleEvent(at(6));
    expect(log.position).toBeUndefined();
    log.handleSnapshot(at(5));
    expect(log.position?.seq).toBe(6);
  });

  it('begins anew with another log', () => {
    const log = follow(40);
    log.handleEvent({ seq: 3, epoch: 'another' });
    expect(log.position).toEqual({ seq: 3, epoch: 'another' });
  });
});

describe('the watch over logs', () => {
  const roomId = randomUUID();
  let close = () => {};
  afterEach(() => close());

  /** The database stands where a test says, and tells when it is asked. */
  const begin = (graceMs: number) => {
    const missed: number[] = [];
    const database = { seq: 5, questions: 0 };
    const asked = { wake: () => {} };
    const watch = new LogWatch({
      repository: {
        positionsThatDiffer: async (known) => {
          database.questions += 1;
          setImmediate(() => asked.wake());
          return known.map((each) => ({ roomId: each.roomId, ...at(database.seq) }));
        },
      },
      roomIdOf: (topic) => topic,
      onMissed: ({ seq }) => missed.push(seq),
      log: quietLog,
      intervalMs: 5,
      graceMs,
    });
    close = () => watch.close();
    watch.onOpened(roomId);
    watch.handleSnapshot(roomId, at(5));
    watch.open();
    const question = () =>
      new Promise<void>((resolve) => {
        asked.wake = resolve;
      });
    return { watch, missed, database, question };
  };

  it('tells once of what was missed, and no more of it', async () => {
    const { missed, database, question } = begin(1);
    database.seq = 6;
    await expect.poll(() => missed).toEqual([6]);
    await question();
    await question();
    expect(missed).toEqual([6]);
  });

  it('does not take an event that is on its way for one that was missed', async () => {
    const { watch, missed, database, question } = begin(20);
    database.seq = 6;
    await question();
    watch.onPosition(roomId, at(6));
    await question();
    await question();
    expect(missed).toEqual([]);
  });

  it('notices the one in a gap, though a later one has come', async () => {
    const { watch, missed, database } = begin(1);
    database.seq = 7;
    watch.onPosition(roomId, at(7));
    await expect.poll(() => missed).toEqual([7]);
  });

  it('asks nothing while nobody reads a room', async () => {
    const { watch, database, question } = begin(1);
    await question();
    watch.onClosed(roomId);
    const { questions } = database;
    await new Promise((resolve) => setImmediate(resolve));
    watch.checkNow();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(database.questions).toBe(questions);
  });
});
