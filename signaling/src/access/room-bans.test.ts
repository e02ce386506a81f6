import { afterEach, describe, expect, it, vi } from 'vitest';
import { quietLog } from '../../test/log.ts';
import type { AccessChange } from './change.ts';
import type { RoomBan } from './repository.ts';
import { RoomBans } from './room-bans.ts';

const banned = (userId: string): AccessChange => ({
  ...{ kind: 'roomLost', userId, roomId: 'room', roomSlug: 'room', reason: 'banned' },
});
const lifted = (userId: string): AccessChange => ({ kind: 'banLifted', userId, roomId: 'room' });
const banOf = (userId: string, expiresAt: Date | null = null): RoomBan => ({
  userId,
  roomId: 'room',
  expiresAt,
});

describe('who is banned from where', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  /** A database that answers when a test says so. */
  const start = () => {
    const questions: { userIds: string[]; answer: (bans: RoomBan[]) => void; fail: () => void }[] = [];
    const told: string[] = [];
    const here = new Set(['anna', 'boris', 'vera']);
    const bans = new RoomBans({
      find: (userIds) =>
        new Promise((resolve, reject) => {
          questions.push({ userIds, answer: resolve, fail: () => reject(new Error('away')) });
        }),
      isHere: (userId) => here.has(userId),
      onFreed: ({ userId }) => told.push(`${userId} freed`),
      onKnownLate: (userId) => told.push(`${userId} late`),
      log: quietLog,
    });
    const isKept = (userId: string) => bans.keptFrom('room')?.(userId) ?? false;
    const questionAt = async (index: number) => {
      await vi.waitUntil(() => questions.length > index);
      return questions[index]!;
    };
    return { bans, told, here, questions, isKept, questionAt };
  };

  it('is asked for once for all who come at once, and known before they are told anything', async () => {
    const { bans, isKept, questionAt, questions } = start();
    const learning = Promise.all(['anna', 'boris', 'vera'].map((userId) => bans.learn(userId)));
    const { userIds, answer } = await questionAt(0);
    expect(userIds).toEqual(['anna', 'boris', 'vera']);
    expect(isKept('anna')).toBe(true);
    answer([banOf('boris')]);
    await learning;
    expect(['anna', 'boris', 'vera'].filter(isKept)).toEqual(['boris']);
    await bans.learn('boris');
    expect(questions).toHaveLength(1);
  });

  it('is held for every room where the database does not tell, and whoever was let in meanwhile is told to look', async () => {
    vi.useFakeTimers();
    const { bans, told, isKept, questions } = start();
    bans.open();
    const learning = bans.learn('anna');
    await vi.advanceTimersByTimeAsync(0);
    questions[0]!.fail();
    await learning;
    expect(isKept('anna')).toBe(true);
    await vi.advanceTimersByTimeAsync(1_000);
    questions[1]!.answer([]);
    await vi.advanceTimersByTimeAsync(0);
    expect([isKept('anna'), told]).toEqual([false, ['anna late']]);
    bans.close();
  });

  it('is waited for no longer than a person waits', async () => {
    vi.useFakeTimers();
    const { bans } = start();
    let isThrough = false;
    void bans.learn('anna').then(() => {
      isThrough = true;
    });
    await vi.advanceTimersByTimeAsync(499);
    expect(isThrough).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isThrough).toBe(true);
  });

  it('holds at once when it is heard, also against an answer that was asked for before', async () => {
    const { bans, isKept, questionAt } = start();
    const learning = bans.learn('anna');
    const first = await questionAt(0);
    bans.handle(banned('anna'));
    first.answer([]);
    (await questionAt(1)).answer([banOf('anna')]);
    await learning;
    expect(isKept('anna')).toBe(true);
  });

  it('is undone by what is lifted, once the database says so', async () => {
    const { bans, told, isKept, questionAt } = start();
    const learning = bans.learn('anna');
    (await questionAt(0)).answer([banOf('anna')]);
    await learning;
    bans.handle(lifted('anna'));
    expect(isKept('anna')).toBe(true);
    (await questionAt(1)).answer([]);
    await vi.waitUntil(() => told.length > 0);
    expect([isKept('anna'), told]).toEqual([false, ['anna freed']]);
  });

  it('is looked up where news were missed, or an older one may have come after a newer', async () => {
    const { bans, isKept, questionAt } = start();
    const learning = bans.learn('anna');
    (await questionAt(0)).answer([]);
    await learning;
    bans.handleMissed();
    (await questionAt(1)).answer([banOf('anna')]);
    await vi.waitUntil(() => isKept('anna'));
    bans.handleRepeated(banned('anna'));
    (await questionAt(2)).answer([]);
    await vi.waitUntil(() => !isKept('anna'));
  });

  it('ends by time, and is nothing of those who have gone', async () => {
    vi.useFakeTimers();
    const { bans, told, here, questions, isKept } = start();
    bans.open();
    const learning = Promise.all([bans.learn('anna'), bans.learn('boris')]);
    await vi.advanceTimersByTimeAsync(0);
    questions[0]!.answer([banOf('anna', new Date(Date.now() + 1_500)), banOf('boris')]);
    await learning;
    here.delete('boris');
    await vi.advanceTimersByTimeAsync(1_000);
    expect([isKept('anna'), isKept('boris'), questions.length]).toEqual([true, false, 1]);
    await vi.advanceTimersByTimeAsync(1_000);
    questions[1]!.answer([]);
    await vi.advanceTimersByTimeAsync(0);
    expect([isKept('anna'), told]).toEqual([false, ['anna freed']]);
    bans.close();
  });
});
