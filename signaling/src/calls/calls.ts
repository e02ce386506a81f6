import { AppError, type MediaPort, type RequestPayload, type RequestResult } from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Connection } from '../ws/connection.ts';
import { topics } from '../ws/context.ts';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { Hub } from '../ws/hub.ts';
import type { Publish } from '../ws/publisher.ts';
import type { IceServersFor } from './ice-servers.ts';
import { type Seat, SeatMap, toParticipant } from './seats.ts';

export interface CallsDeps {
  media: MediaPort;
  hub: Hub;
  publish: Publish;
  iceServersFor: IceServersFor;
  /** How long a seat waits for its person. */
  seatGraceMs: number;
  log: Logger;
  onSeats: (count: number) => void;
}

type JoinPayload = RequestPayload<'voice.join'>;

/** RFC 6455 section 7.4.1: done, going away (a page that is closed), and a close without a code. */
const orderlyCloseCodes: ReadonlySet<number> = new Set([1000, 1001, 1005]);

/** Seats, and the media behind them. Signaling keeps ids and flags; the media node is the truth about media. */
export class Calls {
  readonly seats = new SeatMap();
  readonly #deps: CallsDeps;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
  }

  /**
   * Takes a seat for a person who may enter the room. The answer is complete: transports, people, what they send.
   * @throws AppError `Conflict` where the person meanwhile left or sat down elsewhere, `Unavailable`, `ValidationError`.
   */
  async join(
    connection: Connection,
    room: { id: string; slug: string },
    { rtpCapabilities, muted, deafened }: JoinPayload,
  ): Promise<RequestResult<'voice.join'>> {
    const { userId, userName } = connection.identity;
    const place = { userId, userName, roomId: room.id, roomSlug: room.slug, connectionId: connection.id };
    const { seat, previous } = this.seats.take({ ...place, muted, deafened });
    if (previous) this.#giveUp(previous, connection.id, previous.roomId !== room.id);
    try {
      const media = await this.#deps.media.request('media.joinRoom', {
        roomId: room.id,
        peerId: seat.id,
        rtpCapabilities,
        deafened,
      });
      if (!this.seats.holds(seat)) throw new AppError('Conflict', 'Voice was left or moved meanwhile.');
      seat.hasMedia = true;
      this.#tellArrival(seat, previous?.roomId === room.id);
      return {
        seatId: seat.id,
        roomId: room.id,
        roomSlug: room.slug,
        iceServers: this.#deps.iceServersFor(userId),
        sendTransport: media.sendTransport,
        recvTransport: media.recvTransport,
        participants: this.seats.inRoom(room.id).map(toParticipant),
        consumers: media.consumers.flatMap(({ producerPeerId, ...consumer }) => {
          const sender = this.seats.byId(producerPeerId);
          return sender ? [{ ...consumer, userId: sender.userId }] : [];
        }),
      };
    } catch (error) {
      this.#closePeer(seat);
      if (this.seats.remove(seat) && previous?.roomId === room.id) this.#tellLeft(seat);
      throw error;
    } finally {
      this.#deps.onSeats(this.seats.size);
    }
  }

  /** @throws AppError `NotInVoice` where this socket holds no seat. */
  assertSeat(connection: Connection): Seat {
    const seat = this.seats.byConnection(connection.id, connection.identity.userId);
    if (!seat) throw new AppError('NotInVoice', 'This socket is not in voice: send voice.join first.');
    return seat;
  }

  /** Gives the seat up, and tells the room. */
  leave(seat: Seat): void {
    if (!this.seats.remove(seat)) return;
    this.#closePeer(seat);
    this.#tellLeft(seat);
    this.#deps.onSeats(this.seats.size);
  }

  /**
   * The socket is gone. Who closed it in order has left; a lost one leaves the seat waiting for its person, and the media
   * goes on as long as it can.
   */
  handleConnectionClosed(connection: Connection, closeCode: number): void {
    const seat = this.seats.byConnection(connection.id, connection.identity.userId);
    if (!seat) return;
    if (orderlyCloseCodes.has(closeCode)) return this.leave(seat);
    seat.connectionId = undefined;
    this.awaitReturn(seat);
  }

  /** Shows the person as reconnecting, and gives the seat up where nobody comes back in time. */
  awaitReturn(seat: Seat): void {
    clearTimeout(seat.graceTimer);
    seat.graceTimer = setTimeout(() => this.leave(seat), this.#deps.seatGraceMs);
    this.tellUpdated(seat);
  }

  tellUpdated(seat: Seat): void {
    const { roomId, roomSlug } = seat;
    const payload = { roomId, roomSlug, participant: toParticipant(seat) };
    this.#deps.publish(topics.room(roomId), { type: 'voice.participantUpdated', payload });
  }

  /** Stops every clock. The media node is the caller's to close. */
  close(): void {
    this.seats.clear();
  }

  /** @param isElsewhere the person sat in another room, whose people must be told. */
  #giveUp(previous: Seat, newConnectionId: string, isElsewhere: boolean): void {
    this.#closePeer(previous);
    if (isElsewhere) this.#tellLeft(previous);
    const { connectionId } = previous;
    if (connectionId === undefined || connectionId === newConnectionId) return;
    const payload = { seatId: previous.id, reason: 'moved' as const };
    this.#deps.hub.connection(connectionId)?.sendEvent(encodeEvent('voice.closed', payload));
  }

  #closePeer({ roomId, id }: Seat): void {
    this.#deps.media
      .request('media.closePeer', { roomId, peerId: id })
      .catch((error: unknown) => this.#deps.log.warn({ err: error, roomId, seatId: id }, 'peer not closed'));
  }

  #tellArrival(seat: Seat, wasHere: boolean): void {
    if (wasHere) return this.tellUpdated(seat);
    const { roomId, roomSlug } = seat;
    const payload = { roomId, roomSlug, participant: toParticipant(seat) };
    this.#deps.publish(topics.room(roomId), { type: 'voice.participantJoined', payload });
  }

  #tellLeft({ roomId, roomSlug, userId }: Seat): void {
    const payload = { roomId, roomSlug, userId };
    this.#deps.publish(topics.room(roomId), { type: 'voice.participantLeft', payload });
  }
}
