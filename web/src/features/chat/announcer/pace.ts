import type { News } from './news.ts';

/** How many of each kind there were. */
export type Counts = Partial<Record<News['kind'], number>>;

/** One thing to say: a piece of news, or the sum of many. */
export type Saying = { news: News } | { counts: Counts };

/** How much was said lately, and what waits. */
export interface Pace {
  windowEndsAtMs: number;
  said: number;
  held: readonly News[];
}

const windowMs = 5000;
const maxSaidInWindow = 3;

export const startPace: Readonly<Pace> = { windowEndsAtMs: 0, said: 0, held: [] };

const sumUp = (held: readonly News[]): Saying[] => {
  const [only] = held;
  if (!only) return [];
  if (held.length === 1) return [{ news: only }];
  const counts: Counts = {};
  for (const { kind } of held) counts[kind] = (counts[kind] ?? 0) + 1;
  return [{ counts }];
};

/**
 * Says what it can and holds back the rest: in any window a few things at most, and what did not fit in one sum when the
 * window ends. To be asked again at `windowEndsAtMs` while anything is held.
 */
export const keepPace = (
  pace: Pace,
  news: readonly News[],
  nowMs: number,
): { pace: Pace; sayings: Saying[] } => {
  const isOver = nowMs >= pace.windowEndsAtMs;
  const summed = isOver ? sumUp(pace.held) : [];
  const saidBefore = isOver ? summed.length : pace.said;
  const now = news.slice(0, Math.max(0, maxSaidInWindow - saidBefore));
  const sayings = [...summed, ...now.map((one): Saying => ({ news: one }))];
  const held = [...(isOver ? [] : pace.held), ...news.slice(now.length)];
  const windowEndsAtMs = isOver && sayings.length > 0 ? nowMs + windowMs : pace.windowEndsAtMs;
  return { pace: { windowEndsAtMs, said: saidBefore + now.length, held }, sayings };
};
