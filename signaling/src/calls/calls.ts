import { randomUUID } from 'node:crypto';
import {
  AppError,
  closeCodes,
  type EventPayload,
  type MediaConsumer,
  type MediaPort,
  type MediaRequestResult,
  type RequestPayload,
  type RequestResult,
  type Room,
} from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Connection } from '../ws/connection.ts';
import { topics } from '../ws/context.ts';
import { encodeEvent } from '../ws/frame-encoder.ts';
import type { Hub } from '../ws/hub.ts';
import type { Publish } from '../ws/publisher.ts';
import type { IceServersFor } from './ice-servers.ts';
import { watchSeats } from './seat-watch.ts';
import { peerOf, type Seat, SeatMap, toParticipant } from './seats.ts';

export interface CallsDeps {
  /** Names this process among those that speak for seats. */
  processId: string;
  media: MediaPort;
  hub: Hub;
  publish: Publish;
  iceServersFor: IceServersFor;
  /** How long a seat waits for its person. */
  seatGraceMs: number;
  log: Logger;
  onSeats: (count: number) => void;
  /** Somebody sits in a room's voice now, who did not before. */
  onSatDown: (seat: Seat) => void;
  /** Somebody sits in that room's voice no more. */
  onStoodUp: (seat: Seat) => void;
}

type JoinPayload = RequestPayload<'voice.join'>;

interface JoinInput {
  connection: Connection;
  room: Pick<Room, 'id' | 'slug' | 'is_public'>;
  payload: JoinPayload;
}

/**
 * Closes that mean "I am leaving": done, going away (a page that is closed), a close without a code (RFC 6455 section
 * 7.4.1); and ours, when the session has ended.
 */
const leavingCloseCodes: ReadonlySet<number> = new Set([1000, 1001, 1005, closeCodes.sessionEnded]);

const createSeatOverError = () =>
  new AppError('NotInVoice', 'The seat, or the media behind it, is gone: send voice.join.');

/** Seats, and the media behind them. Signaling keeps ids and flags; the media node is the truth about media. */
export class Calls {
  readonly seats = new SeatMap();
  readonly #stopWatching: () => void;
  readonly #deps: CallsDeps;

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.#stopWatching = watchSeats({ seats: this.seats, hub: deps.hub });
  }

  /**
   * Takes a seat for a person who may enter the room. Media comes first: where it cannot be had, the seat that the person
   * holds stays as it is. The answer is complete: transports, people, what they send.
   * @throws AppError `Conflict` where the person sits elsewhere by now or is gone, `Unavailable`, `ValidationError`.
   */
  async join({ connection, room, payload }: JoinInput): Promise<RequestResult<'voice.join'>> {
    this.#assertMayReturn(connection, payload);
    const id = randomUUID();
    const { rtpCapabilities, muted, deafened, dtlsParameters } = payload;
    const media = await this.#deps.media.request('media.joinRoom', {
      roomId: room.id,
      peerId: id,
      rtpCapabilities,
      deafened,
      appData: {
        ...{ ownerId: this.#deps.processId, userId: connection.identity.userId },
        ...{ userName: connection.identity.userName, roomSlug: room.slug, isRoomPublic: room.is_public },
        ...{ seatedAtMs: Date.now(), muted, mutedByServer: false, deafened },
      },
      ...(dtlsParameters && { dtlsParameters }),
    });
    try {
      this.#assertMayReturn(connection, payload);
    } catch (error) {
      this.#closePeer({ id, roomId: room.id });
      throw error;
    }
    const { userId, userName } = connection.identity;
    const { id: roomId, slug: roomSlug, is_public: isRoomPublic } = room;
    const place = { id, userId, userName, roomId, roomSlug, isRoomPublic, connectionId: connection.id };
    const { seat, previous } = this.seats.take({ ...place, muted, deafened });
    const wasHere = previous?.roomId === roomId;
    if (previous) this.#giveUp(previous, connection.id, !wasHere);
    this.#tell(wasHere ? 'voice.participantUpdated' : 'voice.participantJoined', seat);
    if (!wasHere) this.#deps.onSatDown(seat);
    this.#deps.onSeats(this.seats.size);
    return this.#describe(seat, media);
  }

  /**
   * Hands the seat over to another socket of its person: from here on, what changes is told to that one. The media goes on
   * untouched, and no database is asked.
   * @throws AppError `NotInVoice` where the seat or its media is gone, `Conflict` where the person sits elsewhere.
   */
  reclaim(connection: Connection, seatId: string): Seat {
    this.#assertMayReturn(connection, { seatId });
    const seat = this.seats.byUser(connection.identity.userId);
    if (!seat?.hasMedia) throw createSeatOverError();
    clearTimeout(seat.graceTimer);
    seat.connectionId = connection.id;
    return seat;
  }

  /**
   * What the seat receives, and who is there.
   * @throws AppError `NotInVoice` where the media node no longer knows the seat.
   */
  async describeReturn(seat: Seat): Promise<RequestResult<'voice.resume'>> {
    const { id, roomId, roomSlug } = seat;
    const { consumers } = await this.#deps.media
      .request('media.getConsumers', peerOf(seat))
      .catch((error: unknown) => {
        throw error instanceof AppError && error.code === 'NotFound' ? createSeatOverError() : error;
      });
    this.tellUpdated(seat);
    return {
      ...{ seatId: id, roomId, roomSlug },
      participants: this.seats.inRoom(roomId).map(toParticipant),
      consumers: this.#withSenders(consumers),
    };
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
   * The socket has ended. Who closed it on purpose has left; a lost one leaves the seat waiting for its person, and the
   * media goes on as long as it can.
   */
  handleConnectionEnded(connection: Connection, closeCode: number): void {
    const seat = this.seats.byConnection(connection.id, connection.identity.userId);
    if (!seat) return;
    if (leavingCloseCodes.has(closeCode)) return this.leave(seat);
    seat.connectionId = undefined;
    this.awaitReturn(seat);
  }

  /** Shows the person as reconnecting, and gives the seat up where nobody comes back in time. */
  awaitReturn(seat: Seat): void {
    clearTimeout(seat.graceTimer);
    seat.graceTimer = setTimeout(() => {
      this.#tellClosed(seat, 'removed');
      this.leave(seat);
    }, this.#deps.seatGraceMs);
    this.tellUpdated(seat);
  }

  /** Tells the room how a participant stands now; of a seat that is over there is nothing to tell. */
  tellUpdated(seat: Seat): void {
    if (this.seats.holds(seat)) this.#tell('voice.participantUpdated', seat);
  }

  /** Stops every clock. The media node is the caller's to close. */
  close(): void {
    this.#stopWatching();
    this.seats.clear();
  }

  /** A socket that has ended takes no seat, and a client that comes back to a seat takes none from itself elsewhere. */
  #assertMayReturn(connection: Connection, { seatId }: Pick<JoinPayload, 'seatId'>): void {
    if (!connection.isOpen) throw new AppError('Conflict', 'The socket has ended.');
    const current = this.seats.byUser(connection.identity.userId);
    if (seatId !== undefined && current !== undefined && current.id !== seatId) {
      throw new AppError(
        'Conflict',
        'You have taken a seat elsewhere meanwhile; join again to move it here.',
      );
    }
  }

  #describe(seat: Seat, media: MediaRequestResult<'media.joinRoom'>): RequestResult<'voice.join'> {
    return {
      seatId: seat.id,
      roomId: seat.roomId,
      roomSlug: seat.roomSlug,
      iceServers: this.#deps.iceServersFor(seat.userId),
      sendTransport: media.sendTransport,
      recvTransport: media.recvTransport,
      participants: this.seats.inRoom(seat.roomId).map(toParticipant),
      consumers: this.#withSenders(media.consumers),
    };
  }

  /** Whose sound each is. What a former seat still sent when another was made is nobody's now. */
  #withSenders(consumers: MediaConsumer[]): RequestResult<'voice.join'>['consumers'] {
    return consumers.flatMap(({ producerPeerId, ...consumer }) => {
      const sender = this.seats.byId(producerPeerId);
      return sender ? [{ ...consumer, userId: sender.userId }] : [];
    });
  }

  /** @param isElsewhere the person sat in another room, whose people must be told. */
  #giveUp(previous: Seat, newConnectionId: string, isElsewhere: boolean): void {
    this.#closePeer(previous);
    if (isElsewhere) this.#tellLeft(previous);
    if (previous.connectionId !== newConnectionId) this.#tellClosed(previous, 'moved');
  }

  #tellClosed({ id, connectionId }: Seat, reason: EventPayload<'voice.closed'>['reason']): void {
    if (connectionId === undefined) return;
    this.#deps.hub.connection(connectionId)?.sendEvent(encodeEvent('voice.closed', { seatId: id, reason }));
  }

  #closePeer(seat: Pick<Seat, 'roomId' | 'id'>): void {
    this.#deps.media
      .request('media.closePeer', peerOf(seat))
      .catch((error: unknown) => this.#deps.log.warn({ err: error, ...peerOf(seat) }, 'peer not closed'));
  }

  #tell(type: 'voice.participantJoined' | 'voice.participantUpdated', seat: Seat): void {
    const { roomId, roomSlug } = seat;
    this.#deps.publish(topics.room(roomId), {
      type,
      payload: { roomId, roomSlug, participant: toParticipant(seat) },
    });
  }

  #tellLeft(seat: Seat): void {
    const { roomId, roomSlug, userId } = seat;
    const payload = { roomId, roomSlug, userId };
    this.#deps.publish(topics.room(roomId), { type: 'voice.participantLeft', payload });
    this.#deps.onStoodUp(seat);
  }
}
