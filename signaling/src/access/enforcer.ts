import { AccessActs } from './acts.ts';
import type { AccessChange } from './change.ts';
import { AccessNews } from './news.ts';
import { createPeopleChanges } from './people.ts';
import type { AccessEnforcerDeps, Occupant } from './ports.ts';
import { AccessReview } from './review.ts';

/**
 * Ends, at this process, what somebody may not do any more: sockets of sessions that have ended, places in rooms that are
 * lost, seats in voice. PostgreSQL tells of it; whenever it could not be heard, everybody who is here is looked up again.
 */
export class AccessEnforcer<Seat extends Occupant> {
  readonly #deps: AccessEnforcerDeps<Seat>;
  #mark = 0;
  readonly #news: AccessNews;
  readonly #people: ReturnType<typeof createPeopleChanges>;
  readonly #acts: AccessActs<Seat>;
  readonly #review: AccessReview<Seat>;

  constructor(deps: AccessEnforcerDeps<Seat>) {
    this.#deps = deps;
    this.#people = createPeopleChanges(deps);
    this.#acts = new AccessActs(deps);
    this.#review = new AccessReview({
      ...{ ports: deps, acts: this.#acts, people: this.#people },
      mark: () => this.#mark,
    });
    this.#news = new AccessNews({
      ...deps,
      onChange: (change) => this.handle(change),
      onRepeated: (change) => this.#handleRepeated(change),
      onMissed: () => {
        deps.bans.handleMissed();
        this.#mark += 1;
        this.#review.askForAll();
      },
    });
  }

  /** Resolves when the changes are heard; where the database is away, they will be. */
  async open(): Promise<void> {
    this.#review.open();
    await this.#news.open();
  }

  close(): void {
    this.#review.close();
    this.#news.close();
  }

  /**
   * Grows with everything that may have been taken from somebody. Whoever asks the database, and lets somebody in after
   * that, asks again where it has grown meanwhile: what came between was acted on before they were there.
   */
  get mark(): number {
    return this.#mark;
  }

  handle(change: AccessChange): void {
    this.#mark += 1;
    // First of all: who is banned is told nothing more, and of what was before them no more either.
    this.#deps.bans.handle(change);
    switch (change.kind) {
      case 'sessionsEnded':
        return this.#acts.endSessionsWhere(
          ({ userId, sessionId }) => userId === change.userId && change.sessionIds.includes(sessionId),
        );
      case 'roomLost': {
        const { kind: _kind, userId, isUntold, ...removal } = change;
        const isMeant = (person: { userId: string }) => person.userId === userId;
        return isUntold
          ? this.#acts.removeUntold(removal, isMeant)
          : this.#acts.removeWhere(removal, isMeant);
      }
      case 'roomGone':
        return this.#acts.endRoom(change);
      case 'roomClosed':
        this.#acts.setPublic(change.roomId, false);
        return this.#review.askForClosed(change);
      case 'roomOpened':
        this.#acts.setPublic(change.roomId, true);
        return this.#deps.onRoomOpened(change);
      case 'banLifted':
        return;
      case 'roomGained':
        return this.#deps.onRoomGained(change);
      case 'voiceMuted':
        return this.#acts.forSeats(change.roomId, (seat) => {
          if (seat.userId === change.userId) this.#deps.muteSeat(seat, change.isMuted);
        });
      case 'voiceClosed':
        return this.#acts.forSeats(change.roomId, (seat) => this.#deps.removeSeat(seat));
      case 'userRenamed':
      case 'userPictured':
        return this.#people.handle(change);
      default:
        change satisfies never;
    }
  }

  /**
   * A room that somebody had lost already: what they were given before that may have come after it, and what they were given
   * since is theirs. So it is looked up.
   */
  #handleRepeated(change: AccessChange): void {
    if (change.kind !== 'roomLost') return;
    this.#deps.bans.handleRepeated(change);
    this.#review.askForDoubtful(change);
  }

  /** Ends the session's sockets and seats at this process. */
  endSession(sessionId: string): void {
    this.#acts.endSessionsWhere((person) => person.sessionId === sessionId);
  }
}
