import { randomUUID } from 'node:crypto';
import type { RequestType, RestMessage } from '@boltorezka/protocol';
import { openSocket } from '../../../signaling/test/test-socket.ts';
import { pause } from '../hearing.ts';
import type { ChatClient, Correspondent } from './client.ts';
import type { Fault } from './fault.ts';
import { fromRest, type SeenMessage } from './journal.ts';
import { type MessageKind, messageKinds } from './kinds.ts';
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
}

const lookEveryMs = 20;

const waitUntil = async (isSo: () => boolean, what: string, patienceMs: number): Promise<void> => {
  const until = performance.now() + patienceMs;
  while (!isSo()) {
    if (performance.now() > until) throw new Error(`not within ${patienceMs / 1_000} s: ${what}`);
    await pause(lookEveryMs);
  }
};

/** What this server does not know yet nobody does to it. */
const kindsOf = async (stage: DeliveryStage): Promise<MessageKind[]> => {
  const [first] = stage.seats;
  if (!first) return [];
  const socket = await openSocket(stage.url, first.account);
  const knows = async (type: RequestType): Promise<boolean> => {
    if (type === 'chat.send') return true;
    const { code } = await socket.refused(type, { messageId: randomUUID(), text: 'x' });
    return code !== 'ServerError';
  };
  const known: MessageKind[] = [];
  for (const kind of messageKinds) if (await knows(kind.needs)) known.push(kind);
  await socket.close();
  return known;
};

/** All that is kept of a room, in its order. */
const readHistory = async (stage: DeliveryStage, slug: string): Promise<SeenMessage[]> => {
  const token = stage.seats[0]?.account.token ?? '';
  const messages: SeenMessage[] = [];
  let cursor: string | null = null;
  do {
    const query = new URLSearchParams({ limit: '100', ...(cursor !== null && { before: cursor }) });
    const response = await fetch(`${stage.url}/v1/rooms/${slug}/messages?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`the history answered ${response.status}`);
    const page = (await response.json()) as { messages: RestMessage[]; next_cursor: string | null };
    messages.unshift(...page.messages.map(fromRest));
    cursor = page.next_cursor;
  } while (cursor !== null);
  return messages;
};

/** What each client has still to send and to see of what there is now. */
const listOpen = (clients: readonly ChatClient[]) => {
  const acked = clients.flatMap(({ journal: { attempts, acked: known } }) =>
    attempts.flatMap(({ roomSlug, name }) => {
      const id = known.get(name)?.id;
      return id === undefined ? [] : [{ roomSlug, id }];
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
        entry.unseen = entry.unseen.filter(({ roomSlug, id }) => !entry.client.hasSeen(roomSlug, id));
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

/** Lets everything arrive that is on its way; what does not is for the verdict. */
const settle = async (clients: readonly ChatClient[], patienceMs: number): Promise<void> => {
  const isSettled = () => listOpen(clients).every(({ unsent }) => unsent.length === 0);
  await waitUntil(isSettled, 'everything is acknowledged', patienceMs).catch(() => undefined);
  await measureRecoveries(clients, patienceMs);
};

const createClients = (seats: readonly Correspondent[], slugs: readonly string[], sdkClients: number) =>
  seats.map((seat, index) => (index < sdkClients ? new SdkClient(seat, slugs) : new LeanClient(seat, slugs)));

/** Has people write to each other in rooms of their own, hurts them once, and judges what has come of it. */
export const runDelivery = async <S extends DeliveryStage>(
  stage: S,
  fault: Fault<S>,
  settings: RunSettings = defaultSettings,
): Promise<RunResult> => {
  await stage.tidy();
  const kinds = await kindsOf(stage);
  const slugs = await openRooms(stage, settings.rooms);
  const clients = createClients(stage.seats, slugs, settings.sdkClients);
  const startedAt = performance.now();
  try {
    await waitUntil(() => clients.every((client) => client.isWhole()), 'everybody is in every room', 60_000);
    const firstResumes = clients.map(({ resumesMs }) => resumesMs.length);
    const load = startLoad({ clients, slugs, kinds, perSecond: settings.perSecond });
    await pause(settings.steadyMs);
    await fault.inflict(stage, settings.scale);
    const recoveriesMs = await measureRecoveries(clients, settings.patienceMs);
    await pause(settings.steadyMs);
    load.stop();
    await settle(clients, settings.patienceMs);
    const histories = new Map<string, SeenMessage[]>();
    for (const slug of slugs) histories.set(slug, await readHistory(stage, slug));
    for (const client of clients) await client.finish();
    return {
      verdict: judgeDelivery(
        clients.map(({ journal }) => journal),
        histories,
      ),
      recoveriesMs,
      resumesMs: clients.flatMap(({ resumesMs }, index) => resumesMs.slice(firstResumes[index])),
      tookMs: performance.now() - startedAt,
    };
  } finally {
    for (const client of clients) client.close();
  }
};
