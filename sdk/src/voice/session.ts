import type { EventPayload, ServerEvent, VoiceConsumer, VoiceJoined } from '@boltorezka/protocol';
import type {
  Consumer,
  ConsumerOptions,
  Device,
  Producer,
  Transport,
  TransportOptions,
} from 'mediasoup-client/types';
import type { Connection, Log } from '../types.ts';
import type { RemoteSound } from './outputs.ts';

/** What a session tells of itself. */
export interface SessionListeners {
  /** Who is heard has changed. */
  onSounds: () => void;
  /** Media flows. */
  onConnected: () => void;
  /** The media is gone, the seat is not: only a session built anew brings it back. */
  onBroken: (reason: 'reset' | 'failed') => void;
  /** The seat is gone. */
  onClosed: (reason: EventPayload<'voice.closed'>['reason']) => void;
}

export interface SessionDeps extends SessionListeners {
  connection: Pick<Connection, 'request' | 'onEvent'>;
  device: Device;
  roomSlug: string;
  muted: boolean;
  deafened: boolean;
  /** Null where there is no microphone at the moment: hearing needs none. */
  track: MediaStreamTrack | null;
  iceTransportPolicy: RTCIceTransportPolicy;
  log: Log;
}

/** One mediasoup session in a seat: two transports, our sound, and that of the others. */
export interface VoiceSession {
  sounds(): RemoteSound[];
  setDeafened(deafened: boolean): void;
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
  close(): void;
}

const codecOptions = { opusDtx: true, opusFec: true, opusStereo: false };

/** Takes the seat and builds the session; rejects, with nothing left behind, where that cannot be. */
export const openSession = async (deps: SessionDeps): Promise<VoiceSession> => {
  const session = new MediasoupSession(deps);
  try {
    await session.open();
    return session;
  } catch (error) {
    session.close();
    throw error;
  }
};

class MediasoupSession implements VoiceSession {
  readonly #deps: SessionDeps;
  readonly #stopListening: () => void;
  readonly #consumers = new Map<string, { consumer: Consumer; userId: string }>();
  readonly #closedConsumerIds = new Set<string>();
  readonly #userNames = new Map<string, string>();
  /** Events that came before the answer of voice.join told which seat is ours. */
  #early: ServerEvent[] | null = [];
  #seatId = '';
  #send: Transport | null = null;
  #recv: Transport | null = null;
  #producer: Producer | null = null;
  #deafened: boolean;
  #closed = false;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#deafened = deps.deafened;
    this.#stopListening = deps.connection.onEvent((event) => {
      if (this.#early) this.#early.push(event);
      else this.#handleEvent(event);
    });
  }

  async open(): Promise<void> {
    const { connection, device, roomSlug, muted, deafened, track } = this.#deps;
    const { recvRtpCapabilities: rtpCapabilities } = device;
    const joined = await connection.request('voice.join', { roomSlug, rtpCapabilities, muted, deafened });
    this.#seatId = joined.seatId;
    for (const { userId, userName } of joined.participants) this.#userNames.set(userId, userName);
    this.#createTransports(joined);
    const early = this.#early ?? [];
    this.#early = null;
    const consuming = joined.consumers.map((consumer) => this.#consume(consumer));
    for (const event of early) this.#handleEvent(event);
    await Promise.all([this.replaceTrack(track), ...consuming]);
  }

  sounds(): RemoteSound[] {
    return [...this.#consumers.values()].map(({ consumer, userId }) => ({
      userId,
      userName: this.#userNames.get(userId) ?? '',
      track: consumer.track,
    }));
  }

  setDeafened(deafened: boolean): void {
    this.#deafened = deafened;
    for (const { consumer } of this.#consumers.values()) consumer.track.enabled = !deafened;
  }

  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    if (this.#producer) {
      await this.#producer.replaceTrack({ track });
      return;
    }
    if (!track || !this.#send) return;
    // Whether the microphone is on is the user's business: mediasoup-client neither stops nor disables it.
    this.#producer = await this.#send.produce({
      track,
      codecOptions,
      stopTracks: false,
      disableTrackOnPause: false,
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#consumers.clear();
    this.#send?.close();
    this.#recv?.close();
  }

  #createTransports(joined: VoiceJoined): void {
    const { device, iceTransportPolicy } = this.#deps;
    // The contract's shapes are mediasoup's with sizes capped.
    const iceServers = joined.iceServers as RTCIceServer[];
    const toOptions = (transport: VoiceJoined['sendTransport']) =>
      ({ ...transport, iceServers, iceTransportPolicy }) as TransportOptions;
    this.#send = this.#watch(device.createSendTransport(toOptions(joined.sendTransport)));
    this.#recv = this.#watch(device.createRecvTransport(toOptions(joined.recvTransport)));
  }

  #watch(transport: Transport): Transport {
    const { connection, log, onConnected, onBroken } = this.#deps;
    const transportId = transport.id;
    transport.on('connect', ({ dtlsParameters }, done, fail) => {
      connection.request('voice.connectTransport', { transportId, dtlsParameters }).then(() => done(), fail);
    });
    transport.on('produce', ({ kind, rtpParameters }, done, fail) => {
      connection
        .request('voice.produce', { transportId, kind, rtpParameters })
        .then(({ producerId }) => done({ id: producerId }), fail);
    });
    transport.on('connectionstatechange', (state) => {
      if (this.#closed) return;
      const fields = { direction: transport.direction, state };
      log({ level: 'debug', message: 'A transport changed its state', fields });
      if (state === 'connected') onConnected();
      else if (state === 'failed') onBroken('failed');
    });
    return transport;
  }

  #handleEvent(event: ServerEvent): void {
    if (event.type === 'voice.participantJoined' || event.type === 'voice.participantUpdated') {
      if (event.payload.roomSlug === this.#deps.roomSlug) this.#setUserName(event.payload.participant);
      return;
    }
    if (!('seatId' in event.payload) || event.payload.seatId !== this.#seatId) return;
    if (event.type === 'voice.consumerAdded') void this.#consume(event.payload.consumer);
    else if (event.type === 'voice.consumerClosed') this.#closeConsumer(event.payload.consumerId);
    else if (event.type === 'voice.reset') this.#deps.onBroken('reset');
    else if (event.type === 'voice.closed') this.#deps.onClosed(event.payload.reason);
  }

  #setUserName({ userId, userName }: { userId: string; userName: string }): void {
    if (this.#userNames.get(userId) === userName) return;
    this.#userNames.set(userId, userName);
    this.#deps.onSounds();
  }

  /** Never rejects: one sound that cannot be received must not cost the others. */
  async #consume({ id, producerId, userId, kind, rtpParameters }: VoiceConsumer): Promise<void> {
    try {
      // Each person is a stream of their own: the browser must not hold one back to fit another.
      const options = { id, producerId, kind, rtpParameters, streamId: userId } as ConsumerOptions;
      const consumer = await this.#recv?.consume(options);
      if (!consumer) return;
      if (this.#closed || this.#closedConsumerIds.delete(id)) {
        consumer.close();
        return;
      }
      consumer.track.enabled = !this.#deafened;
      this.#consumers.set(id, { consumer, userId });
      this.#deps.onSounds();
    } catch (error) {
      if (this.#closed) return;
      const fields = { name: error instanceof Error ? error.name : 'unknown' };
      this.#deps.log({ level: 'warn', message: 'A sound could not be received', fields });
    }
  }

  #closeConsumer(consumerId: string): void {
    const known = this.#consumers.get(consumerId);
    if (!known) {
      this.#closedConsumerIds.add(consumerId);
      return;
    }
    this.#consumers.delete(consumerId);
    known.consumer.close();
    this.#deps.onSounds();
  }
}
