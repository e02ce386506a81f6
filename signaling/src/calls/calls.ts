import { randomUUID } from 'node:crypto';
import {
  AppError,
  type MediaConsumer,
  type MediaPeer,
  type MediaPort,
  type MediaRequestPayload,
  type MediaRequestResult,
  type PeerAppData,
  type RequestPayload,
  type RequestResult,
  type Room,
  type SeatEndReason,
} from '@boltorezka/protocol';
import type { Logger } from '../platform/log.ts';
import type { Connection } from '../ws/connection.ts';
import type { Hub } from '../ws/hub.ts';
import { isLeaving } from '../ws/leaving.ts';
import type { IceServersFor } from './ice-servers.ts';
import { Preparations } from './preparations.ts';
import { Roster, type RosterDeps } from './roster.ts';
import { watchSeats } from './seat-watch.ts';
import { createSeat, isLater, peerOf, type Seat, type SeatMap, toAppData, toParticipant } from './seats.ts';

export interface CallsDeps extends Omit<RosterDeps, 'onGivenUp' | 'onChanged'> {
  /** Names this process among those that speak for seats. */
  processId: string;
  media: MediaPort;
  hub: Hub;
  iceServersFor: IceServersFor;
  log: Logger;
  /** How many seats this process speaks for. */
  onSeats: (count: number) => void;
}

type JoinPayload = RequestPayload<'voice.join'>;

interface JoinInput {
  connection: Connection;
  room: Pick<Room, 'id' | 'slug' | 'is_public'>;
  /** A moderator has silenced the person there: nothing of theirs is let through, from the first packet on. */
  isMuted: boolean;
  payload: JoinPayload;
}

/** Where somebody comes back to, and how they sit there. */
export type SeatedPlace = Pick<JoinInput, 'room' | 'isMuted'>;

const createSeatOverError = () =>
  new AppError('NotInVoice', 'The seat, or the media behind it, is gone: send voice.join.');

const createSeatedElsewhereError = () =>
  new AppError('Conflict', 'You have taken a seat elsewhere meanwhile; join again to move it here.');

const orSeatOver = (error: unknown): never => {
  throw error instanceof AppError && error.code === 'NotFound' ? createSeatOverError() : error;
};

/** Seats, and the media behind them. Signaling keeps ids and flags; the media node is the truth about media. */
export class Calls {
  readonly roster: Roster;
  readonly processId: string;
  readonly preparations: Preparations;
  readonly #stopWatching: () => void;
  readonly #deps: CallsDeps;
  /** Peers that are being made: the media node may tell of them before it answers. */
  readonly #joining = new Set<string>();
  /** Seats that are being taken over: what the node tells of them is older, until it has answered. */
  readonly #returning = new Set<string>();

  constructor(deps: CallsDeps) {
    this.#deps = deps;
    this.processId = deps.processId;
    this.preparations = new Preparations({ ...deps, closePeer: (peer) => this.closePeer(peer) });
    this.roster = new Roster({
      ...deps,
      // Of somebody whom another process speaks for that process knows more.
      onGivenUp: (seat) => {
        if (this.isOurs(seat) || !seat.attended) this.closePeer(seat);
      },
      onChanged: () => deps.onSeats([...this.seats.all()].filter((seat) => this.isOurs(seat)).length),
    });
    this.#stopWatching = watchSeats({ seats: this.seats, hub: deps.hub });
  }

  get seats(): SeatMap {
    return this.roster.seats;
  }

  /** This process speaks for the seat, or was the last to. */
  isOurs({ ownerId }: Pick<Seat, 'ownerId'>): boolean {
    return ownerId === this.processId;
  }

  /**
   * Takes a seat for a person who may enter the room. Media comes first: where it cannot be had, the seat that the person
   * holds stays as it is. The answer is complete: transports, people, what they send.
   * @throws AppError `Conflict` where the person sits elsewhere by now or is gone, `Unavailable`, `ValidationError`.
   */
  async join(input: JoinInput): Promise<RequestResult<'voice.join'>> {
    const { connection, room, payload } = input;
    this.#assertMayReturn(connection, payload);
    const prepared = this.preparations.take(connection.id, room.id, payload.preparationId);
    const peer = { roomId: room.id, peerId: prepared ?? randomUUID() };
    const appData = this.#createAppData(input);
    const { rtpCapabilities, deafened, dtlsParameters, muted, produce } = payload;
    const place = { id: peer.peerId, roomId: room.id, connectionId: connection.id, attended: true };
    const seat = createSeat({ ...appData, ...place });
    this.#joining.add(seat.id);
    try {
      const media = await this.#deps.media.request('media.joinRoom', {
        ...{ ...peer, rtpCapabilities, deafened, appData, dtlsParameters },
        produce: produce && { ...produce, paused: muted || appData.mutedByServer },
      });
      this.#sitDown(seat, connection, payload);
      return this.#describe(seat, media);
    } finally {
      this.#joining.delete(seat.id);
    }
  }

  /** A join is under way that makes this peer. */
  isJoining(peerId: string): boolean {
    return this.#joining.has(peerId);
  }

  /** This process is taking the seat over. */
  isReturning(seatId: string): boolean {
    return this.#returning.has(seatId);
  }

  /** Where the media nodes have the person, as far as they have told. */
  async findPeersOf(userId: string): Promise<MediaPeer[]> {
    const { peers } = await this.#deps.media.request('media.getPeers', {});
    return peers.filter(({ appData }) => appData.userId === userId);
  }

  /**
   * Hands the seat over to another socket of its person, whichever process the former one was at: from here on, what
   * changes is told to that one. The media goes on untouched, and no database is asked.
   * @throws AppError `NotInVoice` where the seat or its media is gone, `Conflict` where the person sits elsewhere.
   */
  reclaim(connection: Connection, { seatId, muted, deafened }: RequestPayload<'voice.resume'>): Seat {
    this.#assertMayReturn(connection, { seatId });
    const seat = this.seats.byUser(connection.identity.userId);
    if (!seat?.hasMedia) throw createSeatOverError();
    const { sessionId } = connection.identity;
    Object.assign(seat, { muted, deafened, ownerId: this.processId, sessionId });
    seat.connectionId = connection.id;
    seat.attended = true;
    this.#returning.add(seat.id);
    return seat;
  }

  /**
   * What the seat receives, and who is there.
   * @throws AppError `NotInVoice` where the media node no longer knows the seat.
   */
  async describeReturn(seat: Seat): Promise<RequestResult<'voice.resume'>> {
    const { id, roomId, roomSlug } = seat;
    const { media } = this.#deps;
    // Sent at once, done in this order.
    const [, { consumers }] = await Promise.all([
      media.request('media.updatePeer', this.#describePeer(seat)),
      media.request('media.getConsumers', peerOf(seat)),
    ])
      .catch(orSeatOver)
      .finally(() => this.#returning.delete(id));
    this.roster.settle(seat);
    return {
      ...{ seatId: id, roomId, roomSlug },
      participants: this.seats.inRoom(roomId).map(toParticipant),
      consumers: this.#withSenders(consumers),
    };
  }

  /** The place of the seat that is come back to: who sits there has been let in. */
  placeToReturnTo(userId: string, { roomSlug, seatId }: JoinPayload): SeatedPlace | undefined {
    const seat = this.seats.byUser(userId);
    if (!seat || seat.id !== seatId || seat.roomSlug !== roomSlug) return undefined;
    const room = { id: seat.roomId, slug: roomSlug, is_public: seat.isRoomPublic };
    return { room, isMuted: seat.mutedByServer };
  }

  /** @throws AppError `NotInVoice` where this socket holds no seat. */
  assertSeat(connection: Connection): Seat {
    const seat = this.seats.byConnection(connection.id, connection.identity.userId);
    if (!seat) throw new AppError('NotInVoice', 'This socket is not in voice: send voice.join first.');
    return seat;
  }

  /** Gives the seat up, and tells the room. */
  leave(seat: Seat): void {
    if (this.roster.standUp(seat)) this.closePeer(seat);
  }

  /**
   * The socket has ended. Who closed it on purpose has left; a lost one leaves the seat waiting for its person, and the
   * media goes on as long as it can.
   */
  handleConnectionEnded(connection: Connection, closeCode: number): void {
    this.preparations.drop(connection.id);
    const seat = this.seats.byConnection(connection.id, connection.identity.userId);
    if (!seat) return;
    if (isLeaving(closeCode)) return this.leave(seat);
    seat.connectionId = undefined;
    seat.attended = false;
    // Silence is found late, and yet a seat is not kept longer for it.
    this.roster.settle(seat, connection.silentForMs);
    this.tellNode(seat);
  }

  /** Tells the media node how the seat stands; what it cannot be told now it is told when the link is back. */
  tellNode(seat: Seat): void {
    this.#deps.media
      .request('media.updatePeer', this.#describePeer(seat))
      .catch((error: unknown) => this.#deps.log.debug({ err: error, ...peerOf(seat) }, 'peer not updated'));
  }

  closePeer(seat: Pick<Seat, 'roomId' | 'id'>, reason?: SeatEndReason): void {
    this.#deps.media
      .request('media.closePeer', { ...peerOf(seat), reason })
      .catch((error: unknown) => this.#deps.log.warn({ err: error, ...peerOf(seat) }, 'peer not closed'));
  }

  /** Stops every clock. The media node is the caller's to close. */
  close(): void {
    this.#stopWatching();
    this.roster.close();
  }

  /** Whoever has sat down elsewhere meanwhile, by a later wish, sits there. */
  #sitDown(seat: Seat, connection: Connection, payload: JoinPayload): void {
    try {
      this.#assertMayReturn(connection, payload);
      const current = this.seats.byUser(seat.userId);
      if (current && isLater(current, seat)) throw createSeatedElsewhereError();
    } catch (error) {
      this.closePeer(seat);
      throw error;
    }
    const previous = this.roster.sitDown(seat);
    if (previous) this.closePeer(previous, 'moved');
  }

  /** A socket that has ended takes no seat, and a client that comes back to a seat takes none from itself elsewhere. */
  #assertMayReturn(connection: Connection, { seatId }: Pick<JoinPayload, 'seatId'>): void {
    if (!connection.isOpen) throw new AppError('Conflict', 'The socket has ended.');
    const current = this.seats.byUser(connection.identity.userId);
    if (seatId !== undefined && current !== undefined && current.id !== seatId) {
      throw createSeatedElsewhereError();
    }
  }

  #createAppData({ connection, room, isMuted, payload }: JoinInput): PeerAppData {
    const { muted, deafened, seatId } = payload;
    return {
      ...connection.identity,
      ...{ ownerId: this.processId, roomSlug: room.slug, isRoomPublic: room.is_public },
      seatedAtMs: this.seats.nextSeatedAtMs(connection.identity.userId, seatId !== undefined),
      ...{ muted, deafened },
      mutedByServer: isMuted,
    };
  }

  #describePeer(seat: Seat): MediaRequestPayload<'media.updatePeer'> {
    const { muted, mutedByServer, deafened, attended } = seat;
    const silence = { muted: muted || mutedByServer, deafened };
    return { ...peerOf(seat), ...silence, attended, appData: toAppData(seat) };
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
      producerId: media.producerId,
    };
  }

  /** Whose sound each is. What a former seat still sent when another was made is nobody's now. */
  #withSenders(consumers: MediaConsumer[]): RequestResult<'voice.join'>['consumers'] {
    return consumers.flatMap(({ producerPeerId, ...consumer }) => {
      const sender = this.seats.byId(producerPeerId);
      return sender ? [{ ...consumer, userId: sender.userId }] : [];
    });
  }
}
