import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { joined } from '../../test/fixtures.ts';
import { createEntrance, type Entrance } from './entrance.ts';

let entrance: Entrance;
let asked: number;
let people: number;

beforeEach(() => {
  vi.useFakeTimers();
  [asked, people] = [0, 0];
  entrance = createEntrance({
    ...{ slug: 'general', random: () => 0.5, afterLeft: undefined },
    request: (async () => joined()) as never,
    known: () => null,
    onAsked: () => {
      asked += 1;
    },
    ...{ onJoined: async () => {}, onFailed: () => {}, onUnanswered: () => {}, countPeople: () => people },
  });
});
afterEach(() => {
  entrance.leave();
  vi.useRealTimers();
});

const waitedMs = async (): Promise<number> => {
  const before = Date.now();
  await vi.waitFor(() => expect(asked).toBe(2), { interval: 1, timeout: 10_000 });
  return Date.now() - before;
};

it.each([
  [1, 1],
  [100, 100],
  [50_000, 1_000],
])(
  'of %i people who are told at once that something was missed, each comes at another moment',
  async (count, halfMs) => {
    entrance.enter();
    await entrance.settled();
    people = count;
    entrance.enterAgain();
    entrance.enterAgain();
    const waited = await waitedMs();
    expect(waited).toBeGreaterThanOrEqual(halfMs - 1);
    expect(waited).toBeLessThanOrEqual(halfMs + 2);
    expect(asked).toBe(2);
  },
);

it('whoever has a new socket is let in at once', async () => {
  people = 50_000;
  entrance.enter();
  await entrance.settled();
  expect(asked).toBe(1);
});
