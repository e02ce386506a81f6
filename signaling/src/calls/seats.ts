import type { PeerAppData, VoiceParticipant } from '@boltorezka/protocol';

/** A person's one place in voice. It outlives the socket, and this process; the media node's peer has the seat's id. */
export interface Seat {
  readonly id: string;
  readonly userId: string;
  /** The session that took the seat, or came back to it last. */
  sessionId: string;
  userName: string;
  readonly roomId: string;
  readonly roomSlug: string;
  isRoomPublic: boolean;
  readonly seatedAtMs: number;
  /** The signaling process that speaks for the seat, or was the last to. */
  ownerId: string;
  /** The socket of this process that speaks for the seat. */
  connectionId: string | undefined;
  /** A socket speaks for the seat, here or at another process; if not, the person is coming back. */
  attended: boolean;
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
  state: seat.attended && seat.hasMedia ? 'connected' : 'reconnecting',
});

/** The seat's peer on the media node. */
export const peerOf = ({ roomId, id }: Pick<Seat, 'roomId' | 'id'>) => ({ roomId, peerId: id });

/** The seat as the media node keeps it, for other signaling processes and for those that come after this one. */
export const toAppData = (seat: PeerAppData): PeerAppData => ({
  ownerId: seat.ownerId,
  userId: seat.userId,
  sessionId: seat.sessionId,
  userName: seat.userName,
  roomSlug: seat.roomSlug,
  isRoomPublic: seat.isRoomPublic,
  seatedAtMs: seat.seatedAtMs,
  muted: seat.muted,
  mutedByServer: seat.mutedByServer,
  deafened: seat.deafened,
});

export type SeatInput = PeerAppData &
  Pick<Seat, 'id' | 'roomId' | 'connectionId' | 'attended'> &
  Partial<Pick<Seat, 'isSpeaking'>>;

export const createSeat = (input: SeatInput): Seat => ({
  isSpeaking: false,
  ...input,
  hasMedia: true,
  graceTimer: undefined,
});

/** Of two seats of one person the later one counts, for every process the same one. */
export const isLater = (
  one: Pick<Seat, 'id' | 'seatedAtMs'>,
  other: Pick<Seat, 'id' | 'seatedAtMs'>,
): boolean => (one.seatedAtMs === other.seatedAtMs ? one.id > other.id : one.seatedAtMs > other.seatedAtMs);

/** Who sits where, at this signaling process and at the others. One seat a person: taking another gives the first up. */
export class SeatMap {
  readonly #byId = new Map<string, Seat>();
  readonly #byUser = new Map<string, Seat>();
  readonly #byRoom = new Map<string, Set<Seat>>();

  /** In the order they became known. */
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

  /**
   * When a seat that the person takes counts as taken: later than the one held, whatever the clock of the process says that
   * gave that one. Who comes back to it takes it up again and wishes nothing new: they do not take the place of a seat that
   * they have taken elsewhere since, and of which this process has not heard yet.
   */
  nextSeatedAtMs(userId: string, isReturn: boolean): number {
    const held = this.#byUser.get(userId);
    if (!held) return Date.now();
    // Two is later than a return of which nothing has been heard.
    return isReturn ? held.seatedAtMs + 1 : Math.max(Date.now(), held.seatedAtMs + 2);
  }

  inRoom(roomId: string): Seat[] {
    return [...(this.#byRoom.get(roomId) ?? [])];
  }

  holds(seat: Seat): boolean {
    return this.#byId.get(seat.id) === seat;
  }

  /** @returns the seat that it takes the place of. */
  take(seat: Seat): Seat | undefined {
    const previous = this.#byUser.get(seat.userId);
    if (previous) this.remove(previous);
    this.#byId.set(seat.id, seat);
    this.#byUser.set(seat.userId, seat);
    const room = this.#byRoom.get(seat.roomId) ?? new Set();
    this.#byRoom.set(seat.roomId, room.add(seat));
    return previous;
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
