import type { News } from './news.ts';

/** How many of each kind there were. */
export type Counts = Partial<Record<News['kind'], number>>;

/** One thing to say: a piece of news, or the sum of many. */
export type Saying = { news: News } | { counts: Counts };

/** How much was said lately, and what waits. */
export interface Pace {
  windowEndsAtMs: number;
  said: number;
  /** Of what does not wait for others. */
  urgentSaid: number;
  held: readonly News[];
}

const windowMs = 5000;
const maxSaidInWindow = 3;
/** More people than these who call me at once are a crowd like any other. */
const maxUrgentInWindow = 5;

export const startPace: Readonly<Pace> = { windowEndsAtMs: 0, said: 0, urgentSaid: 0, held: [] };

const weightOf = (news: News): number => (news.kind === 'reacted' ? news.count : 1);

const sumUp = (held: readonly News[]): Saying[] => {
  const [only] = held;
  if (!only) return [];
  if (held.length === 1) return [{ news: only }];
  const counts: Counts = {};
  for (const news of held) counts[news.kind] = (counts[news.kind] ?? 0) + weightOf(news);
  return [{ counts }];
};

/** Who is named hears it at once, within reason; everybody else's news come in turn. */
const pickUrgent = (news: readonly News[], max: number): { urgent: News[]; rest: News[] } => {
  const urgent = news.filter(({ kind }) => kind === 'mention').slice(0, max);
  return { urgent, rest: news.filter((one) => !urgent.includes(one)) };
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
  const urgentBefore = isOver ? 0 : pace.urgentSaid;
  const { urgent, rest } = pickUrgent(news, maxUrgentInWindow - urgentBefore);
  const now = rest.slice(0, Math.max(0, maxSaidInWindow - saidBefore));
  const sayings = [...summed, ...[...urgent, ...now].map((one): Saying => ({ news: one }))];
  const held = [...(isOver ? [] : pace.held), ...rest.slice(now.length)];
  const windowEndsAtMs = isOver && sayings.length > 0 ? nowMs + windowMs : pace.windowEndsAtMs;
  const urgentSaid = urgentBefore + urgent.length;
  return { pace: { windowEndsAtMs, said: saidBefore + now.length, urgentSaid, held }, sayings };
};
