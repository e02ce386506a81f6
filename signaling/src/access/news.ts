import type { Bus } from '../platform/bus.ts';
import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import { topics } from '../ws/context.ts';
import { type AccessChange, accessChannel, parseAccessChange, type ToldChange } from './change.ts';

export interface AccessNewsDeps {
  db: Pick<Database, 'listen'>;
  bus: Pick<Bus, 'isShared' | 'subscribe' | 'unsubscribe' | 'publish'>;
  /** Something has changed; told once. */
  onChange: (change: AccessChange) => void;
  /** Its turn has come among all that has changed; it was told before that. */
  onRepeated: (change: AccessChange) => void;
  /** What has changed up to here may not have been heard. */
  onMissed: () => void;
  log: Logger;
}

/**
 * What takes something, and is done as well when it is done early. The others say how things stand, and are told in the
 * order in which they were committed: an older one would undo a newer.
 */
const isTaking = ({ kind }: AccessChange): boolean =>
  kind === 'sessionsEnded' || kind === 'roomLost' || kind === 'roomGone' || kind === 'voiceClosed';

/** As many are known again. */
const maxKnown = 1_000;

/**
 * Brings every change once, by the first of three ways: this process has committed it itself; the one that has tells over the
 * bus; PostgreSQL tells. The last is the one that counts: it tells everything, in order, or is known to have missed something.
 */
export class AccessNews {
  readonly #deps: AccessNewsDeps;
  readonly #known = new Map<string, 'early' | 'in turn'>();

  constructor(deps: AccessNewsDeps) {
    this.#deps = deps;
  }

  /** Resolves when the changes are heard; where the database is away, they will be. */
  async open(): Promise<void> {
    const { db, bus, onMissed, log } = this.#deps;
    const subscribed = bus
      .subscribe(topics.access, ({ frame }) => this.#hear(frame.toString(), (told) => this.#takeEarly(told)))
      .catch((error: unknown) =>
        log.warn({ err: error }, 'changes of access are heard from PostgreSQL alone'),
      );
    await db.listen(accessChannel, {
      onNotified: (payload) => this.#hear(payload, (told) => this.#takeInTurn(told)),
      onCommitted: (payload) =>
        this.#hear(payload, (told) => {
          this.#takeEarly(told);
          if (bus.isShared && isTaking(told.change))
            bus.publish({ topic: topics.access, frame: Buffer.from(payload) });
        }),
      onOpened: onMissed,
    });
    await subscribed;
  }

  close(): void {
    void this.#deps.bus.unsubscribe(topics.access).catch(() => undefined);
  }

  #hear(payload: string, take: (told: ToldChange) => void): void {
    const told = parseAccessChange(payload);
    if (told) take(told);
    else this.#deps.log.warn('not a change of access of ours');
  }

  #takeEarly({ id, change }: ToldChange): void {
    if (id === undefined || !isTaking(change) || this.#known.has(id)) return;
    this.#note(id, 'early');
    this.#deps.onChange(change);
  }

  #takeInTurn({ id, change }: ToldChange): void {
    const wasEarly = id !== undefined && this.#known.get(id) === 'early';
    if (id !== undefined) this.#note(id, 'in turn');
    if (wasEarly) this.#deps.onRepeated(change);
    else this.#deps.onChange(change);
  }

  #note(id: string, how: 'early' | 'in turn'): void {
    this.#known.set(id, how);
    if (this.#known.size <= maxKnown) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}
