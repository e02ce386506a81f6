import type { EventPayload } from '@boltorezka/protocol';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';

type Activity = EventPayload<'lobby.activity'> & { isPublic: boolean };

export interface RoomActivityTellerOptions {
  publish: Publish;
  intervalMs?: number;
}

interface Pause {
  timer: NodeJS.Timeout;
  /** What came during the pause, the latest of it. */
  latest: Activity | undefined;
}

type Author = NonNullable<Activity['authors']>[number];

/** As many are named. */
const maxAuthors = 10;

/** Who wrote what is told together. */
const joinAuthors = (one: readonly Author[] = [], other: readonly Author[] = []): Author[] => {
  const counts = new Map<string, number>();
  for (const { userId, messageCount } of [...one, ...other])
    counts.set(userId, (counts.get(userId) ?? 0) + messageCount);
  return [...counts].slice(0, maxAuthors).map(([userId, messageCount]) => ({ userId, messageCount }));
};

/**
 * Tells who watches the lobby that something was written to a room: at once, then once an interval at most, and the last
 * state always. Whoever looks at a list of rooms need not read them all.
 */
export class RoomActivityTeller {
  readonly #publish: Publish;
  readonly #intervalMs: number;
  readonly #pauses = new Map<string, Pause>();
  #isClosed = false;

  constructor({ publish, intervalMs = 1_000 }: RoomActivityTellerOptions) {
    this.#publish = publish;
    this.#intervalMs = intervalMs;
  }

  note(activity: Activity): void {
    const pause = this.#pauses.get(activity.roomId);
    if (!pause) return this.#tell(activity);
    // Groups are told of in the order of their positions, but not every caller is a group.
    const isLater = activity.messageCount > (pause.latest?.messageCount ?? 0);
    const latest = isLater || !pause.latest ? activity : pause.latest;
    const authors = joinAuthors(pause.latest?.authors, activity.authors);
    pause.latest = { ...latest, ...(authors.length > 0 && { authors }) };
  }

  /** Tells what still waits; what comes after is told at once. */
  close(): void {
    this.#isClosed = true;
    for (const [roomId, { timer, latest }] of this.#pauses) {
      clearTimeout(timer);
      this.#pauses.delete(roomId);
      if (latest) this.#tell(latest);
    }
  }

  #tell({ isPublic, ...payload }: Activity): void {
    const topic = isPublic ? topics.lobby : topics.lobbyOf(payload.roomId);
    this.#publish(topic, { type: 'lobby.activity', payload });
    if (this.#isClosed) return;
    const timer = setTimeout(() => this.#resume(payload.roomId), this.#intervalMs).unref();
    this.#pauses.set(payload.roomId, { timer, latest: undefined });
  }

  #resume(roomId: string): void {
    const latest = this.#pauses.get(roomId)?.latest;
    this.#pauses.delete(roomId);
    if (latest) this.#tell(latest);
  }
}
