import { pause } from '../hearing.ts';
import type { ChatClient, Correspondent } from './client.ts';
import type { Fault } from './fault.ts';
import { readHistories } from './history.ts';
import { LeanClient } from './lean-client.ts';
import { startLoad } from './load.ts';
import { SdkClient } from './sdk-client.ts';
import { type DeliveryStage, openRooms } from './stage.ts';
import { judgeDelivery, type Verdict } from './verdict.ts';

export interface RunSettings {
  /** Of the failure's times. */
  scale: number;
  rooms: number;
  /** Of those who write, so many by the sdk. */
  sdkClients: number;
  perSecond: number;
  /** How long people write before the failure, and after everybody has recovered. */
  steadyMs: number;
  /** What has not arrived by then never will. */
  patienceMs: number;
}

export const defaultSettings: RunSettings = {
  ...{ scale: 1, rooms: 3, sdkClients: 2, perSecond: 100, steadyMs: 1_500, patienceMs: 60_000 },
};

export interface RunResult {
  verdict: Verdict;
  /** Of each client: from the end of the failure until it had sent and seen all that there was before. */
  recoveriesMs: number[];
  /** Of each socket that was lost meanwhile: until its client was in its rooms again. */
  resumesMs: number[];
  tookMs: number;
  /** How often nothing was written because too much waited already. */
  withheld: number;
}

/** Half of what is written while all is well: a run in which less is acknowledged proves nothing. */
export const leastAcked = ({ perSecond, steadyMs }: RunSettings): number => (perSecond * steadyMs) / 1_000;

const lookEveryMs = 20;
/** By then what fails has failed, and has not been healed. */
const reloadAfterMs = 300;
/** So long a list of rooms and an inbox may take to hear of what they count. */
const countsPatienceMs = 10_000;

const waitUntil = async (isSo: () => boolean, what: string, patienceMs: number): Promise<void> => {
  const until = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`not within ${patienceMs / 1_000} s: ${what}`);
    await pause(lookEveryMs);
  }
};

/** What each client has still to send and to see of what there is now. */
const listOpen = (clients: readonly ChatClient[]) => {
  const acked = clients.flatMap(({ journal: { attempts, acked: known } }) =>
    attempts.flatMap(({ roomSlug, name, isInThread }) => {
      const message = known.get(name);
      return message === undefined || isInThread ? [] : [{ roomSlug, message }];
    }),
  );
  return clients.map((client) => ({ client, unseen: acked, unsent: client.waiting() }));
};

/** Resolves with how long each client took from now on to be whole again. */
const measureRecoveries = async (clients: readonly ChatClient[], patienceMs: number): Promise<number[]> => {
  const startedAt = performance.now();
  const recoveries: number[] = [];
  let open = listOpen(clients);
  await waitUntil(
    () => {
      for (const entry of open) {
        const waiting = new Set(entry.client.waiting());
        entry.unsent = entry.unsent.filter((name) => waiting.has(name));
        entry.unseen = entry.unseen.filter(
          ({ roomSlug, message }) => !entry.client.hasSeen(roomSlug, message),
        );
      }
      const isDone = ({ client, unsent, unseen }: (typeof open)[number]) =>
        unsent.length === 0 && unseen.length === 0 && client.isWhole();
      for (const _ of open.filter(isDone)) recoveries.push(performance.now() - startedAt);
      open = open.filter((entry) => !isDone(entry));
      return open.length === 0;
    },
    'everybody has sent and seen what there was before',
    patienceMs,
  ).catch(() => {
    // Whoever has not by then never will: the verdict says what is missing.
    for (const _ of open) recoveries.push(Number.POSITIVE_INFINITY);
  });
  return recoveries;
};

/** Lets everything arrive that is on its way; what does not is noted for the verdict. */
const settle = async (clients: readonly ChatClient[], patienceMs: number): Promise<void> => {
  const isSettled = () => clients.every((client) => client.waiting().length === 0);
  await waitUntil(isSettled, 'everything is acknowledged', patienceMs).catch(() => {
    for (const client of clients) client.journal.stuck.push(...client.waiting());
  });
  await measureRecoveries(clients, patienceMs);
};

/** In the midst of the failure the first client that can is closed, and opened over what it has kept. */
const inflict = async <S extends DeliveryStage>(
  { stage, fault, settings }: Run<S>,
  clients: readonly ChatClient[],
): Promise<void> => {
  const hurt = fault.inflict(stage, settings.scale);
  hurt.catch(() => {});
  await pause(reloadAfterMs);
  clients.find(({ reload }) => reload)?.reload?.();
  await hurt;
};

const createClients = (seats: readonly Correspondent[], slugs: readonly string[], sdkClients: number) =>
  seats.map((seat, index) => (index < sdkClients ? new SdkClient(seat, slugs) : new LeanClient(seat, slugs)));

interface Run<S extends DeliveryStage> {
  stage: S;
  fault: Fault<S>;
  settings: RunSettings;
}

/** Has the clients write before, through and after the failure, until all has come to rest. */
const writeThrough = async <S extends DeliveryStage>(
  run: Run<S>,
  clients: readonly ChatClient[],
  slugs: readonly string[],
): Promise<Pick<RunResult, 'recoveriesMs' | 'withheld'>> => {
  const { steadyMs, patienceMs, perSecond } = run.settings;
  const people = run.stage.seats.map(({ account: { user } }) => ({ userId: user.id, userName: user.name }));
  const load = startLoad({ clients, slugs, people, perSecond });
  try {
    await pause(steadyMs);
    await inflict(run, clients);
    const recoveriesMs = await measureRecoveries(clients, patienceMs);
    await pause(steadyMs);
    const withheld = load.stop();
    await settle(clients, patienceMs);
    return { recoveriesMs, withheld };
  } finally {
    load.stop();
  }
};

/**
 * What was acknowledged last may still be on its way to somebody: all is looked at again until nothing is missing, or
 * patience ends.
 */
const judgeAtRest = async <S extends DeliveryStage>(
  { stage, settings }: Run<S>,
  clients: readonly ChatClient[],
  slugs: readonly string[],
): Promise<Verdict> => {
  const patienceMs = Math.min(settings.patienceMs, countsPatienceMs);
  const endsAtMs = performance.now() + patienceMs;
  const journals = clients.map(({ journal }) => journal);
  const refusals = journals.map(({ refused }) => refused.length);
  for (;;) {
    for (const [index, client] of clients.entries()) {
      client.journal.refused.length = refusals[index] ?? 0;
      client.journal.miscounted.length = 0;
      await client.finish(patienceMs);
    }
    const verdict = judgeDelivery(journals, await readHistories(stage, slugs), stage);
    if (verdict.lost.length === 0 || performance.now() > endsAtMs) return verdict;
    await pause(100);
  }
};

/** Has people write to each other in rooms of their own, hurts them once, and judges what has come of it. */
export const runDelivery = async <S extends DeliveryStage>(
  stage: S,
  fault: Fault<S>,
  settings: RunSettings = defaultSettings,
): Promise<RunResult> => {
  await stage.tidy();
  const slugs = await openRooms(stage, settings.rooms);
  const clients = createClients(stage.seats, slugs, settings.sdkClients);
  const startedAt = performance.now();
  try {
    await waitUntil(() => clients.every((client) => client.isWhole()), 'everybody is in every room', 60_000);
    const firstResumes = clients.map(({ resumesMs }) => resumesMs.length);
    const written = await writeThrough({ stage, fault, settings }, clients, slugs);
    return {
      ...written,
      verdict: await judgeAtRest({ stage, fault, settings }, clients, slugs),
      resumesMs: clients.flatMap(({ resumesMs }, index) => resumesMs.slice(firstResumes[index])),
      tookMs: performance.now() - startedAt,
    };
  } finally {
    for (const client of clients) client.close();
  }
};
