import type { EventPayload } from '@boltorezka/protocol';
import { topics } from '../ws/context.ts';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { Hub } from '../ws/hub.ts';
import type { Tell } from '../ws/publisher.ts';
import { type Seat, SeatMap, toParticipant } from './seats.ts';

export interface RosterDeps {
  hub: Hub;
  /** To this process's sockets: the others learn of each change from the media node as we do. */
  tell: Tell;
  /** How long a seat waits for its person. */
  seatGraceMs: number;
  /** Nobody came back to the seat in time; it is gone. */
  onGivenUp: (seat: Seat) => void;
  onChanged: () => void;
  /** Somebody sits in a room's voice now, who did not before. */
  onSatDown: (seat: Seat) => void;
  /** Somebody sits in that room's voice no more. */
  onStoodUp: (seat: Seat) => void;
}

/** Who sits where, told to this process's sockets as it changes. */
export class Roster {
  readonly seats = new SeatMap();
  readonly #deps: RosterDeps;
  /** What was told last, so that nothing is told twice: a change made here comes back from the media node. */
  readonly #told = new WeakMap<Seat, string>();
  /** Who was told to speak, by room; not there: nobody. */
  readonly #speakersTold = new Map<string, string>();

  constructor(deps: RosterDeps) {
    this.#deps = deps;
  }

  /** @returns the seat that its person gave up for it; its media is the caller's to close. */
  sitDown(seat: Seat): Seat | undefined {
    const previous = this.seats.take(seat);
    const wasHere = previous?.roomId === seat.roomId;
    if (previous && !wasHere) this.#tellLeft(previous);
    if (previous && previous.connectionId !== seat.connectionId) this.tellClosed(previous, 'moved');
    this.#tell(wasHere ? 'voice.participantUpdated' : 'voice.participantJoined', seat);
    if (!wasHere) this.#deps.onSatDown(seat);
    if (previous) this.settleSpeakers(previous);
    this.settleSpeakers(seat);
    this.#watch(seat);
    this.#deps.onChanged();
    return previous;
  }

  /** @returns false where the seat was gone already. */
  standUp(seat: Seat): boolean {
    if (!this.seats.remove(seat)) return false;
    this.#tellLeft(seat);
    this.settleSpeakers(seat);
    this.#deps.onChanged();
    return true;
  }

  /** Tells how a participant stands now, where others see a change; of a seat that is over there is nothing to tell. */
  settle(seat: Seat, awayForMs = 0): void {
    if (!this.seats.holds(seat)) return;
    if (this.#told.get(seat) !== JSON.stringify(toParticipant(seat)))
      this.#tell('voice.participantUpdated', seat);
    this.#watch(seat, awayForMs);
    this.#deps.onChanged();
  }

  /** Tells who speaks in a room, where that is not what was told last. */
  settleSpeakers({ roomId, roomSlug }: Pick<Seat, 'roomId' | 'roomSlug'>): void {
    const speaking = this.seats.inRoom(roomId).filter(({ isSpeaking }) => isSpeaking);
    const userIds = speaking.map(({ userId }) => userId);
    const told = userIds.join();
    if (told === (this.#speakersTold.get(roomId) ?? '')) return;
    if (told === '') this.#speakersTold.delete(roomId);
    else this.#speakersTold.set(roomId, told);
    this.#deps.tell(topics.room(roomId), { type: 'voice.speakers', payload: { roomId, roomSlug, userIds } });
  }

  tellClosed({ id, connectionId }: Seat, reason: EventPayload<'voice.closed'>['reason']): void {
    if (connectionId === undefined) return;
    this.#deps.hub
      .connection(connectionId)
      ?.sendSeatEvent(encodeEvent('voice.closed', { seatId: id, reason }));
  }

  close(): void {
    this.seats.clear();
  }

  /** A seat waits for its person, or for its media, so long and no longer. */
  #watch(seat: Seat, awayForMs = 0): void {
    if (seat.attended && seat.hasMedia) {
      clearTimeout(seat.graceTimer);
      seat.graceTimer = undefined;
      return;
    }
    seat.graceTimer ??= setTimeout(() => {
      this.tellClosed(seat, 'removed');
      if (this.standUp(seat)) this.#deps.onGivenUp(seat);
    }, this.#deps.seatGraceMs - awayForMs);
  }

  #tell(type: 'voice.participantJoined' | 'voice.participantUpdated', seat: Seat): void {
    const { roomId, roomSlug } = seat;
    const participant = toParticipant(seat);
    this.#told.set(seat, JSON.stringify(participant));
    this.#deps.tell(topics.room(roomId), { type, payload: { roomId, roomSlug, participant } });
  }

  #tellLeft(seat: Seat): void {
    const { roomId, roomSlug, userId } = seat;
    this.#deps.tell(topics.room(roomId), {
      type: 'voice.participantLeft',
      payload: { roomId, roomSlug, userId },
    });
    this.#deps.onStoodUp(seat);
  }
}
