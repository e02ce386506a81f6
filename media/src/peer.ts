import {
  AppError,
  type MediaConsumer,
  type PeerAppData,
  type RtpCapabilities,
  type WebRtcTransportOptions,
} from '@boltorezka/protocol';
import type {
  Consumer,
  DtlsParameters,
  IceParameters,
  MediaKind,
  Producer,
  Router,
  RtpParameters,
  WebRtcTransport,
} from 'mediasoup/types';
import type { WorkerSlot } from './worker-slot.ts';

export interface PeerTransports {
  send: WebRtcTransport;
  recv: WebRtcTransport;
}

interface PeerOptions {
  id: string;
  appData: PeerAppData;
  rtpCapabilities: RtpCapabilities;
  deafened: boolean;
  slot: WorkerSlot;
  transports: PeerTransports;
  onConsumerClosed: (consumerId: string) => void;
}

/** mediasoup's types are wider than the contract's capped shapes; what passes through was parsed by the contract. */
type MediasoupRtpCapabilities = Parameters<Router['canConsume']>[0]['rtpCapabilities'];

/** Both transports, to one certificate. */
export const connectTransports = (
  slot: WorkerSlot,
  { send, recv }: PeerTransports,
  dtlsParameters: DtlsParameters,
): Promise<unknown> =>
  slot.request(() => Promise.all([send.connect({ dtlsParameters }), recv.connect({ dtlsParameters })]));

export const describeTransports = ({ send, recv }: PeerTransports) => ({
  sendTransport: describeTransport(send),
  recvTransport: describeTransport(recv),
});

const describeTransport = (transport: WebRtcTransport): WebRtcTransportOptions => ({
  id: transport.id,
  iceParameters: transport.iceParameters,
  iceCandidates: transport.iceCandidates as WebRtcTransportOptions['iceCandidates'],
  dtlsParameters: transport.dtlsParameters as WebRtcTransportOptions['dtlsParameters'],
});

const describeConsumer = (consumer: Consumer, producerPeerId: string): MediaConsumer => ({
  id: consumer.id,
  producerId: consumer.producerId,
  producerPeerId,
  kind: consumer.kind,
  rtpParameters: consumer.rtpParameters as MediaConsumer['rtpParameters'],
});

/**
 * One seat's media: two transports, what it sends, what it receives. Whatever id a request names is looked up among the
 * peer's own, so that nobody reaches another's transport.
 */
export class MediaPeer {
  readonly id: string;
  appData: PeerAppData;
  /** A signaling process has a socket that speaks for the peer. */
  attended = true;
  readonly rtpCapabilities: MediasoupRtpCapabilities;
  readonly #slot: WorkerSlot;
  readonly #transports: PeerTransports;
  readonly #onConsumerClosed: (consumerId: string) => void;
  readonly #producers = new Map<MediaKind, Producer>();
  readonly #consumers = new Map<string, { consumer: Consumer; producerPeerId: string }>();
  #muted = false;
  #deafened: boolean;
  #closed = false;

  constructor(options: PeerOptions) {
    this.id = options.id;
    this.appData = options.appData;
    this.rtpCapabilities = options.rtpCapabilities as MediasoupRtpCapabilities;
    this.#deafened = options.deafened;
    this.#slot = options.slot;
    this.#transports = options.transports;
    this.#onConsumerClosed = options.onConsumerClosed;
  }

  get producers(): Producer[] {
    return [...this.#producers.values()];
  }

  get consumers(): MediaConsumer[] {
    return [...this.#consumers.values()].map(({ consumer, producerPeerId }) =>
      describeConsumer(consumer, producerPeerId),
    );
  }

  get transports(): PeerTransports {
    return this.#transports;
  }

  async connectTransport(transportId: string, dtlsParameters: DtlsParameters): Promise<void> {
    const transport = this.#assertTransport(transportId);
    await this.#slot.request(() => transport.connect({ dtlsParameters }));
  }

  restartIce(transportId: string): Promise<IceParameters> {
    const transport = this.#assertTransport(transportId);
    return this.#slot.request(() => transport.restartIce());
  }

  /** A second stream of the same kind takes the place of the first: a peer has one microphone. */
  async produce(input: {
    transportId: string;
    kind: MediaKind;
    rtpParameters: RtpParameters;
    paused: boolean;
  }): Promise<Producer> {
    const { transportId, kind, rtpParameters } = input;
    if (transportId !== this.#transports.send.id) {
      throw new AppError('NotFound', 'No such send transport on this seat.');
    }
    this.#producers.get(kind)?.close();
    this.#producers.delete(kind);
    const paused = input.paused || this.#muted;
    const producer = await this.#slot.request(() =>
      this.#transports.send.produce({ kind, rtpParameters, paused, appData: { peerId: this.id } }),
    );
    this.#producers.set(kind, producer);
    producer.observer.once('close', () => {
      if (this.#producers.get(kind) === producer) this.#producers.delete(kind);
    });
    return producer;
  }

  /**
   * Receives another peer's stream. Audio starts unpaused: a client drops what comes before it is told, and no round trip
   * is spent on resuming.
   */
  async consume(producer: Producer, producerPeerId: string): Promise<MediaConsumer> {
    const consumer = await this.#slot.request(() =>
      this.#transports.recv.consume({
        producerId: producer.id,
        rtpCapabilities: this.rtpCapabilities,
        paused: this.#deafened,
      }),
    );
    this.#consumers.set(consumer.id, { consumer, producerPeerId });
    consumer.observer.once('close', () => this.#consumers.delete(consumer.id));
    // Not told where the whole room goes with its worker.
    consumer.once('producerclose', () => this.#onConsumerClosed(consumer.id));
    return describeConsumer(consumer, producerPeerId);
  }

  async setMuted(muted: boolean): Promise<void> {
    this.#muted = muted;
    // By how each stands, not by what was asked last: a stream may have begun paused, or a request have failed.
    const others = this.producers.filter(({ paused }) => paused !== muted);
    if (others.length === 0) return;
    await this.#slot.request(() =>
      Promise.all(others.map((producer) => (muted ? producer.pause() : producer.resume()))),
    );
  }

  async setDeafened(deafened: boolean): Promise<void> {
    this.#deafened = deafened;
    const consumers = [...this.#consumers.values()].map(({ consumer }) => consumer);
    const others = consumers.filter(({ paused }) => paused !== deafened);
    if (others.length === 0) return;
    await this.#slot.request(() =>
      Promise.all(others.map((consumer) => (deafened ? consumer.pause() : consumer.resume()))),
    );
  }

  /** Transports take their producers and consumers with them; consumers elsewhere of these producers close as well. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transports.send.close();
    this.#transports.recv.close();
    this.#producers.clear();
    this.#consumers.clear();
  }

  #assertTransport(transportId: string): WebRtcTransport {
    const transport = [this.#transports.send, this.#transports.recv].find(({ id }) => id === transportId);
    if (!transport) throw new AppError('NotFound', 'No such transport on this seat.');
    return transport;
  }
}
