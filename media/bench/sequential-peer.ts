import type {
  Consumer,
  DtlsParameters,
  MediaKind,
  Producer,
  Router,
  RtpCapabilities,
  RtpParameters,
  WebRtcServer,
  WebRtcTransport,
} from 'mediasoup/types';

/** What a client asks, each by a request of its own. */
export type PeerRequest =
  | { type: 'getRouterRtpCapabilities' }
  | { type: 'createWebRtcTransport' }
  | { type: 'join'; payload: { name: string; rtpCapabilities: RtpCapabilities } }
  | { type: 'connectWebRtcTransport'; payload: { transportId: string; dtlsParameters: DtlsParameters } }
  | {
      type: 'produce';
      payload: { transportId: string; kind: MediaKind; rtpParameters: RtpParameters };
    }
  | { type: 'consume'; payload: { transportId: string; producerId: string } }
  | { type: 'resumeConsumer'; payload: { consumerId: string } }
  | { type: 'leave' };

type PayloadOf<T extends PeerRequest['type']> = Extract<PeerRequest, { type: T; payload: object }>['payload'];

/** One room, in which everybody may hear everybody. */
export interface SequentialRoom {
  router: Router;
  webRtcServer: WebRtcServer;
  peers: Set<SequentialPeer>;
}

const find = <T>(all: Map<string, T>, id: string): T => {
  const found = all.get(id);
  if (found === undefined) throw new Error(`Nothing here is called ${id}`);
  return found;
};

/** Somebody with a socket: does what is asked, as it is asked, and nothing beforehand. */
export class SequentialPeer {
  readonly #room: SequentialRoom;
  readonly #transports = new Map<string, WebRtcTransport>();
  readonly #producers = new Map<string, Producer>();
  readonly #consumers = new Map<string, Consumer>();
  #name = '';
  #rtpCapabilities: RtpCapabilities = {};

  constructor(room: SequentialRoom) {
    this.#room = room;
  }

  get sounds(): { name: string; producerId: string }[] {
    return [...this.#producers.keys()].map((producerId) => ({ name: this.#name, producerId }));
  }

  async handle(request: PeerRequest): Promise<object> {
    switch (request.type) {
      case 'getRouterRtpCapabilities':
        return this.#room.router.rtpCapabilities;
      case 'createWebRtcTransport':
        return this.#createTransport();
      case 'join':
        return this.#join(request.payload);
      case 'connectWebRtcTransport':
        await find(this.#transports, request.payload.transportId).connect(request.payload);
        return {};
      case 'produce':
        return this.#produce(request.payload);
      case 'consume':
        return this.#consume(request.payload);
      case 'resumeConsumer':
        await find(this.#consumers, request.payload.consumerId).resume();
        return {};
      case 'leave':
        this.close();
        return {};
      default:
        return request satisfies never;
    }
  }

  /** Whoever left may join again. */
  close(): void {
    this.#room.peers.delete(this);
    for (const transport of this.#transports.values()) transport.close();
    for (const owned of [this.#transports, this.#producers, this.#consumers]) owned.clear();
  }

  async #createTransport() {
    const { router, webRtcServer } = this.#room;
    // As the product's transports, but for TCP, which this path does not carry.
    const transport = await router.createWebRtcTransport({
      webRtcServer,
      enableUdp: true,
      enableTcp: false,
      iceConsentTimeout: 0,
    });
    this.#transports.set(transport.id, transport);
    const { id, iceParameters, iceCandidates, dtlsParameters } = transport;
    return { id, iceParameters, iceCandidates, dtlsParameters };
  }

  #join({ name, rtpCapabilities }: PayloadOf<'join'>) {
    const sounds = [...this.#room.peers].flatMap((other) => other.sounds);
    this.#name = name;
    this.#rtpCapabilities = rtpCapabilities;
    this.#room.peers.add(this);
    return { sounds };
  }

  async #produce({ transportId, kind, rtpParameters }: PayloadOf<'produce'>) {
    const producer = await find(this.#transports, transportId).produce({ kind, rtpParameters });
    this.#producers.set(producer.id, producer);
    return { id: producer.id };
  }

  async #consume({ transportId, producerId }: PayloadOf<'consume'>) {
    const consumer = await find(this.#transports, transportId).consume({
      producerId,
      rtpCapabilities: this.#rtpCapabilities,
      paused: true,
    });
    this.#consumers.set(consumer.id, consumer);
    const { id, kind, rtpParameters } = consumer;
    return { id, producerId, kind, rtpParameters };
  }
}
