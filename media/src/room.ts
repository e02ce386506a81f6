import {
  AppError,
  type MediaConsumer,
  type MediaEvent,
  type MediaRequestPayload,
  type MediaPeer as PeerStatus,
  type SeatEndReason,
} from '@boltorezka/protocol';
import type { DtlsParameters, Producer, Router } from 'mediasoup/types';
import type { Logger } from 'pino';
import { createReplacedError } from './errors.ts';
import { connectTransports, describeTransports, MediaPeer, type PeerTransports } from './peer.ts';
import { Preparations } from './preparations.ts';
import { createSpeakerWatch, type SpeakerWatch } from './speaker-watch.ts';
import type { WorkerSlot } from './worker-slot.ts';

export interface MediaRoomDeps {
  id: string;
  slot: WorkerSlot;
  log: Logger;
  emit: (event: MediaEvent) => void;
  /** Nobody came for what was prepared: the room may have nobody any more. */
  onExpired: (room: MediaRoom) => void;
}

/**
 * A room on one worker: a router, the people in it, and who of them speaks. The node runs its methods one at a time.
 * Closing order: room → peers → transports → producers and consumers; each `close()` may be called twice.
 */
export class MediaRoom {
  readonly id: string;
  readonly slot: WorkerSlot;
  readonly #router: Router;
  readonly #speakers: SpeakerWatch;
  readonly #emit: (event: MediaEvent) => void;
  readonly #log: Logger;
  readonly #peers = new Map<string, MediaPeer>();
  readonly #preparations = new Preparations(() => this.#onExpired(this));
  readonly #onExpired: MediaRoomDeps['onExpired'];
  #closed = false;

  private constructor(deps: MediaRoomDeps, router: Router, speakers: SpeakerWatch) {
    this.id = deps.id;
    this.slot = deps.slot;
    this.#emit = deps.emit;
    this.#log = deps.log;
    this.#onExpired = deps.onExpired;
    this.#router = router;
    this.#speakers = speakers;
  }

  static async create(deps: MediaRoomDeps): Promise<MediaRoom> {
    const router = await deps.slot.createRouter();
    const speakers = await deps.slot.request(() =>
      createSpeakerWatch(router, (peerIds) =>
        deps.emit({ type: 'media.speakers', payload: { roomId: deps.id, peerIds } }),
      ),
    );
    return new MediaRoom(deps, router, speakers);
  }

  get peerIds(): string[] {
    return [...this.#peers.keys()];
  }

  get peerCount(): number {
    return this.#peers.size;
  }

  /** False once the worker under the room is gone, even where nobody has told the room yet. */
  get isAlive(): boolean {
    return !this.#router.closed;
  }

  get peers(): PeerStatus[] {
    return [...this.#peers.values()].map((peer) => this.#describe(peer));
  }

  /** Nobody is here, and nobody has prepared to be. */
  get isEmpty(): boolean {
    return this.#peers.size === 0 && this.#preparations.size === 0;
  }

  get preparedCount(): number {
    return this.#preparations.size;
  }

  async prepare({ peerId, dtlsParameters }: MediaRequestPayload<'media.prepareTransports'>) {
    const transports = await this.#createTransports();
    try {
      await connectTransports(this.slot, transports, dtlsParameters as DtlsParameters);
      this.#assertAlive();
    } catch (error) {
      transports.send.close();
      transports.recv.close();
      throw error;
    }
    this.#preparations.add(peerId, transports);
    return describeTransports(transports);
  }

  async join(payload: MediaRequestPayload<'media.joinRoom'>) {
    const { peerId, dtlsParameters } = payload;
    this.#peers.get(peerId)?.close();
    this.#peers.delete(peerId);
    const prepared = this.#preparations.take(peerId);
    const transports = prepared ?? (await this.#createTransports());
    const peer = this.#createPeer(payload, transports);
    try {
      const [consumers] = await Promise.all([
        this.#consumeAll(peer),
        !prepared && dtlsParameters
          ? connectTransports(this.slot, transports, dtlsParameters as DtlsParameters)
          : undefined,
      ]);
      this.#assertAlive();
      this.#peers.set(peerId, peer);
      this.#tellChanged(peer);
      const answer = { ...describeTransports(transports), consumers };
      return prepared && payload.produce
        ? { ...answer, ...(await this.#produce(peer, payload.produce)) }
        : answer;
    } catch (error) {
      this.#closeAndTell(peer, 'removed');
      throw error;
    }
  }

  async connectTransport(payload: MediaRequestPayload<'media.connectTransport'>): Promise<void> {
    await this.#assertPeer(payload.peerId).connectTransport(
      payload.transportId,
      payload.dtlsParameters as DtlsParameters,
    );
  }

  async produce(payload: MediaRequestPayload<'media.produce'>): Promise<{ producerId: string }> {
    return this.#produce(this.#assertPeer(payload.peerId), payload);
  }

  async #produce(
    peer: MediaPeer,
    stream: Omit<MediaRequestPayload<'media.produce'>, 'roomId' | 'peerId' | 'transportId'> & {
      transportId?: string;
    },
  ): Promise<{ producerId: string }> {
    const transportId = stream.transportId ?? peer.transports.send.id;
    const input = { ...stream, transportId } as unknown as Parameters<MediaPeer['produce']>[0];
    const producer = await peer.produce(input);
    try {
      await this.slot.request(() => this.#speakers.add(producer));
      this.#assertAlive();
    } catch (error) {
      producer.close();
      throw error;
    }
    const others = [...this.#peers.values()].filter((other) => other !== peer);
    const consumers = await Promise.all(
      others.map(async (other) => ({ other, consumer: await this.#consume(other, producer, peer.id) })),
    );
    // All in one turn, and nothing is waited for from here on: the answer, which says who sends, comes first.
    for (const { other, consumer } of consumers)
      if (consumer)
        this.#emit({ type: 'media.consumerAdded', payload: { roomId: this.id, peerId: other.id, consumer } });
    return { producerId: producer.id };
  }

  consumersOf(peerId: string): MediaConsumer[] {
    return this.#assertPeer(peerId).consumers;
  }

  async restartIce({ peerId, transportId }: MediaRequestPayload<'media.restartIce'>) {
    return { iceParameters: await this.#assertPeer(peerId).restartIce(transportId) };
  }

  /** What the node is told first holds first: who is away, or muted, is shown so even where the worker is slow. */
  async updatePeer(payload: MediaRequestPayload<'media.updatePeer'>): Promise<void> {
    const peer = this.#assertPeer(payload.peerId);
    const { muted, deafened, attended, appData } = payload;
    // Another process speaks for the peer by now: what the former one says comes late.
    if (appData && appData.ownerId !== peer.appData.ownerId && attended !== true) return;
    if (attended !== undefined) peer.attended = attended;
    if (appData) peer.appData = appData;
    if (attended !== undefined || appData) this.#tellChanged(peer);
    if (muted !== undefined) await peer.setMuted(muted);
    if (deafened !== undefined) await peer.setDeafened(deafened);
  }

  closePeer({ peerId, reason = 'removed' }: MediaRequestPayload<'media.closePeer'>): void {
    this.#preparations.drop(peerId);
    const peer = this.#peers.get(peerId);
    if (peer) this.#closeAndTell(peer, reason);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const peer of this.#peers.values()) peer.close();
    this.#peers.clear();
    this.#preparations.close();
    this.#speakers.close();
    this.#router.close();
  }

  /** Whoever was told of the peer is told of its end, whatever closing it meets. */
  #closeAndTell(peer: MediaPeer, reason: SeatEndReason): void {
    try {
      peer.close();
    } finally {
      const { id: peerId } = peer;
      if (this.#peers.get(peerId) === peer) {
        this.#peers.delete(peerId);
        this.#emit({ type: 'media.peerLeft', payload: { roomId: this.id, peerId, reason } });
      }
    }
  }

  #createPeer(
    { peerId, appData, rtpCapabilities, deafened }: MediaRequestPayload<'media.joinRoom'>,
    transports: PeerTransports,
  ): MediaPeer {
    return new MediaPeer({
      ...{ id: peerId, appData, rtpCapabilities, deafened, transports },
      slot: this.slot,
      onConsumerClosed: (consumerId) =>
        this.#emit({ type: 'media.consumerClosed', payload: { roomId: this.id, peerId, consumerId } }),
    });
  }

  /** Whatever the others send. */
  async #consumeAll(peer: MediaPeer): Promise<MediaConsumer[]> {
    const consumers = await Promise.all(
      [...this.#peers.values()].flatMap((other) =>
        other.producers.map((producer) => this.#consume(peer, producer, other.id)),
      ),
    );
    return consumers.filter((consumer) => consumer !== undefined);
  }

  #describe({ id, attended, appData }: MediaPeer): PeerStatus {
    return { roomId: this.id, peerId: id, attended, isSpeaking: this.#speakers.has(id), appData };
  }

  #tellChanged(peer: MediaPeer): void {
    this.#emit({ type: 'media.peerChanged', payload: this.#describe(peer) });
  }

  /** What was begun on a worker that has died meanwhile must fail: nobody would tell its peer later. */
  #assertAlive(): void {
    if (!this.isAlive) throw createReplacedError();
  }

  #assertPeer(peerId: string): MediaPeer {
    const peer = this.#peers.get(peerId);
    if (!peer) throw new AppError('NotFound', 'No such peer in this room.');
    return peer;
  }

  /** A peer that cannot decode a stream goes without it; one that has just closed is nobody's failure. */
  async #consume(
    peer: MediaPeer,
    producer: Producer,
    producerPeerId: string,
  ): Promise<MediaConsumer | undefined> {
    if (!this.#router.canConsume({ producerId: producer.id, rtpCapabilities: peer.rtpCapabilities })) return;
    try {
      return await peer.consume(producer, producerPeerId);
    } catch (error) {
      this.#assertAlive();
      this.#log.warn({ err: error, roomId: this.id, peerId: peer.id }, 'consume failed');
      return undefined;
    }
  }

  async #createTransports(): Promise<PeerTransports> {
    const create = () =>
      this.slot.request(({ webRtcServer }) =>
        this.#router.createWebRtcTransport({
          webRtcServer,
          enableUdp: true,
          enableTcp: true,
          preferUdp: true,
          // The seat's clock decides when somebody is gone, not ICE consent (RFC 7675).
          iceConsentTimeout: 0,
        }),
      );
    const [send, recv] = await Promise.all([create(), create()]);
    return { send, recv };
  }
}
