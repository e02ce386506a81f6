import {
  AppError,
  type EventPayload,
  type Member,
  type RequestResult,
  type ServerEvent,
} from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from '../backoff.ts';
import { describeFailure, isRetryable } from '../failures.ts';
import { renamed } from '../room/people-events.ts';
import { createStore, readOnly } from '../store.ts';
import type { Connection, InVoice, Log, Store } from '../types.ts';

export interface LobbyDeps {
  connection: Pick<Connection, 'request'>;
  random: () => number;
  log: Log;
}

/** Who sits in voice where, in every room that the person may enter. */
export interface Lobby {
  inVoice: Store<InVoice>;
  handleEvent(event: ServerEvent): void;
  handleOnline(): void;
  /** The last view stays: it is the best that there is until the server can be asked again. */
  handleOffline(): void;
  /** Nobody is signed in, or somebody else. */
  reset(): void;
}

type Snapshot = RequestResult<'lobby.watch'>['voice'];

/** Without a prototype: "constructor" is a slug like any other. */
const createView = (rooms: Iterable<[string, readonly Member[]]> = []): Record<string, readonly Member[]> => {
  const view: Record<string, readonly Member[]> = Object.create(null);
  for (const [slug, members] of rooms) view[slug] = members;
  return view;
};

const nobody: InVoice = createView();

const areSame = (members: readonly Member[], others: readonly Member[]): boolean =>
  members.length === others.length &&
  members.every(
    ({ userId, userName }, index) => userId === others[index]?.userId && userName === others[index].userName,
  );

const withMembers = (view: InVoice, slug: string, members: readonly Member[]): InVoice => {
  if (areSame(view[slug] ?? [], members)) return view;
  const others = Object.entries(view).filter(([other]) => other !== slug);
  return createView(members.length === 0 ? others : [...others, [slug, members]]);
};

const lobbyTypes: ReadonlySet<ServerEvent['type']> = new Set([
  'lobby.voiceJoined',
  'lobby.voiceLeft',
  'user.renamed',
  'room.removed',
]);

/** A person has one seat, whatever they are called. */
const withName = (view: InVoice, person: Member): InVoice => {
  const isMeant = (members: readonly Member[]) => members.some(({ userId }) => userId === person.userId);
  const found = Object.entries(view).find(([, members]) => isMeant(members));
  if (!found) return view;
  const [slug, members] = found;
  const next = renamed(members, person);
  if (next === members) return view;
  return createView(Object.entries(view).map(([other, those]) => [other, other === slug ? next : those]));
};

/** Of a room that this person may not know of any more, nothing is told that would keep the view right. */
const endsView: ReadonlySet<EventPayload<'room.removed'>['reason']> = new Set([
  'banned',
  'closed',
  'deleted',
]);

/** What one event changes; the same view where it tells nothing new. */
const applyLobbyEvent = (view: InVoice, event: ServerEvent): InVoice => {
  if (event.type === 'user.renamed') return withName(view, event.payload);
  if (event.type === 'room.removed')
    return endsView.has(event.payload.reason) ? withMembers(view, event.payload.roomSlug, []) : view;
  if (event.type !== 'lobby.voiceJoined' && event.type !== 'lobby.voiceLeft') return view;
  const { roomSlug, userId } = event.payload;
  const members = view[roomSlug] ?? [];
  if (event.type === 'lobby.voiceLeft') {
    return withMembers(
      view,
      roomSlug,
      members.filter((member) => member.userId !== userId),
    );
  }
  if (members.some((member) => member.userId === userId)) return view;
  return withMembers(view, roomSlug, [...members, { userId, userName: event.payload.userName }]);
};

/** The answer as a view; what it has in common with the former one is the same object. */
const applySnapshot = (view: InVoice, voice: Snapshot): InVoice => {
  const seated = voice.filter(({ members }) => members.length > 0);
  const next = createView(
    seated.map(({ roomSlug, members }) => {
      const known = view[roomSlug] ?? [];
      return [roomSlug, areSame(known, members) ? known : members];
    }),
  );
  const slugs = Object.keys(next);
  const isSame =
    slugs.length === Object.keys(view).length && slugs.every((slug) => next[slug] === view[slug]);
  return isSame ? view : next;
};

export const createLobby = (deps: LobbyDeps): Lobby => new WatchedLobby(deps);

class WatchedLobby implements Lobby {
  readonly #deps: LobbyDeps;
  readonly #inVoice = createStore<InVoice>(nobody);
  /** Events that came while the answer that they follow was on its way; null where none is awaited. */
  #early: ServerEvent[] | null = null;
  /** Ends with the socket that it belongs to. */
  #watch = new AbortController();

  readonly inVoice = readOnly(this.#inVoice);

  constructor(deps: LobbyDeps) {
    this.#deps = deps;
  }

  handleEvent(event: ServerEvent): void {
    if (!lobbyTypes.has(event.type)) return;
    if (this.#early) this.#early.push(event);
    else this.#inVoice.set(applyLobbyEvent(this.#inVoice.get(), event));
  }

  handleOnline(): void {
    this.handleOffline();
    this.#watch = new AbortController();
    void this.#ask(this.#watch.signal).catch(() => undefined);
  }

  handleOffline(): void {
    this.#watch.abort();
    this.#early = null;
  }

  reset(): void {
    this.handleOffline();
    this.#inVoice.set(nobody);
  }

  async #ask(signal: AbortSignal): Promise<void> {
    const { connection, random, log } = this.#deps;
    for (let failures = 1; !signal.aborted; failures += 1) {
      this.#early = [];
      try {
        const { voice } = await connection.request('lobby.watch', {});
        if (!signal.aborted) this.#show(voice);
        return;
      } catch (error) {
        if (signal.aborted) return;
        if (!isRetryable(error)) {
          // A server of an earlier build cannot tell, and what another one told is of no use any more.
          log({ level: 'info', message: 'Who sits in voice is not told', fields: describeFailure(error) });
          this.#show([]);
          return;
        }
        const askedToWaitMs = (error instanceof AppError && error.retryAfterMs) || 0;
        await sleep(Math.max(askedToWaitMs, backoffDelayMs(failures, random)), signal);
      }
    }
  }

  /** One change for those who look, whatever came meanwhile. */
  #show(voice: Snapshot): void {
    const early = this.#early ?? [];
    this.#early = null;
    this.#inVoice.set(early.reduce(applyLobbyEvent, applySnapshot(this.#inVoice.get(), voice)));
  }
}
