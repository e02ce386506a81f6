import type { VoiceParticipant } from '@boltorezka/protocol';

/** A person's one place in voice. It outlives the socket; the media node's peer has the seat's id. */
export interface Seat {
  readonly id: string;
  readonly userId: string;
  readonly userName: string;
  readonly roomId: string;
  readonly roomSlug: string;
  readonly isRoomPublic: boolean;
  /** The socket that speaks for the seat; undefined while the person is coming back. */
  connectionId: string | undefined;
  muted: boolean;
  mutedByServer: boolean;
  deafened: boolean;
  /** As the media node told last. */
  isSpeaking: boolean;
  /** The media behind the seat stands. */
  hasMedia: boolean;
  graceTimer: NodeJS.Timeout | undefined;
}

export const toParticipant = (seat: Seat): VoiceParticipant => ({
  userId: seat.userId,
  userName: seat.userName,
  muted: seat.muted || seat.mutedByServer,
  mutedByServer: seat.mutedByServer,
  deafened: seat.deafened,
  state: seat.connectionId !== undefined && seat.hasMedia ? 'connected' : 'reconnecting',
});

/** The seat's peer on the media node. */
export const peerOf = ({ roomId, id }: Pick<Seat, 'roomId' | 'id'>) => ({ roomId, peerId: id });

type Place = 'id' | 'userId' | 'userName' | 'roomId' | 'roomSlug' | 'isRoomPublic';

type NewSeat = Pick<Seat, Place | 'muted' | 'deafened'> & { connectionId: string };

/** Who sits where. One seat a person: taking another gives the first up. */
export class SeatMap {
  readonly #byId = new Map<string, Seat>();
  readonly #byUser = new Map<string, Seat>();
  readonly #byRoom = new Map<string, Set<Seat>>();

  get size(): number {
    return this.#byId.size;
  }

  /** In the order they were taken. */
  all(): Iterable<Seat> {
    return this.#byId.values();
  }

  byId(seatId: string): Seat | undefined {
    return this.#byId.get(seatId);
  }

  byUser(userId: string): Seat | undefined {
    return this.#byUser.get(userId);
  }

  byConnection(connectionId: string, userId: string): Seat | undefined {
    const seat = this.#byUser.get(userId);
    return seat?.connectionId === connectionId ? seat : undefined;
  }

  inRoom(roomId: string): Seat[] {
    return [...(this.#byRoom.get(roomId) ?? [])];
  }

  holds(seat: Seat): boolean {
    return this.#byId.get(seat.id) === seat;
  }

  /** @returns the new seat, and the one that it takes the place of. */
  take(input: NewSeat): { seat: Seat; previous: Seat | undefined } {
    const previous = this.#byUser.get(input.userId);
    if (previous) this.remove(previous);
    const seat: Seat = {
      ...input,
      mutedByServer: previous?.roomId === input.roomId && previous.mutedByServer,
      isSpeaking: false,
      hasMedia: true,
      graceTimer: undefined,
    };
    this.#byId.set(seat.id, seat);
    this.#byUser.set(seat.userId, seat);
    const room = this.#byRoom.get(seat.roomId) ?? new Set();
    this.#byRoom.set(seat.roomId, room.add(seat));
    return { seat, previous };
  }

  /** @returns false where the seat was gone already. */
  remove(seat: Seat): boolean {
    clearTimeout(seat.graceTimer);
    if (!this.holds(seat)) return false;
    this.#byId.delete(seat.id);
    this.#byUser.delete(seat.userId);
    const room = this.#byRoom.get(seat.roomId);
    room?.delete(seat);
    if (room?.size === 0) this.#byRoom.delete(seat.roomId);
    return true;
  }

  clear(): void {
    for (const seat of [...this.#byId.values()]) this.remove(seat);
  }
}
