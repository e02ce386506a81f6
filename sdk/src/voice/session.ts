import {
  AppError,
  type EventPayload,
  type ServerEvent,
  type VoiceConsumer,
  type VoiceJoined,
} from '@boltorezka/protocol';
import type { Consumer, ConsumerOptions, Device, Producer } from 'mediasoup-client/types';
import { isUnanswered } from '../failures.ts';
import type { Connection, Log } from '../types.ts';
import type { DtlsCertificate } from './certificate.ts';
import { SeatMovedError } from './errors.ts';
import type { RemoteSound } from './outputs.ts';
import { createTransports, type Transports } from './transports.ts';

export type BreakReason = 'reset' | 'failed';

/** What a session tells of itself. */
export interface SessionListeners {
  /** The seat that the server has given; null where it may have given one and the answer is lost. */
  onSeat: (seatId: string | null) => void;
  /** Who is heard has changed. */
  onSounds: () => void;
  /** Media flows. */
  onConnected: () => void;
  /** Media flows no more; another way for it is looked for. */
  onInterrupted: () => void;
  /** The media is gone, the seat is not: only a session built anew brings it back. Told once. */
  onBroken: (reason: BreakReason) => void;
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
  certificate: DtlsCertificate | null;
  /** The seat to come back to; null where any seat of ours is to be moved here. */
  seatId: string | null;
  iceTransportPolicy: RTCIceTransportPolicy;
  connectTimeoutMs: number;
  log: Log;
}

/** One mediasoup session in a seat: two transports, our sound, and that of the others. */
export interface VoiceSession {
  /** Media flows, or there is nothing yet that could. */
  readonly isConnected: boolean;
  readonly brokenBecause: BreakReason | null;
  sounds(): RemoteSound[];
  /**
   * Speaks for the seat from the socket that stands now. What was heard goes on meanwhile; what changed is made good.
   * Rejects where the server has the seat, or its media, no more.
   */
  resume(seatId: string, silence: { muted: boolean; deafened: boolean }): Promise<void>;
  setDeafened(deafened: boolean): void;
  /** The way that media takes may be gone: another is found beside it. */
  handleNetworkChange(): void;
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
  #transports: Transports | null = null;
  #producer: Producer | null = null;
  readonly #receiving = new Set<string>();
  #deafened: boolean;
  #closed = false;
  brokenBecause: BreakReason | null = null;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#deafened = deps.deafened;
    this.#stopListening = deps.connection.onEvent((event) => {
      if (this.#early) this.#early.push(event);
      else this.#handleEvent(event);
    });
  }

  get isConnected(): boolean {
    return this.#transports?.isConnected ?? false;
  }

  async open(): Promise<void> {
    const joined = await this.#join();
    this.#seatId = joined.seatId;
    for (const { userId, userName } of joined.participants) this.#userNames.set(userId, userName);
    this.#transports = createTransports({
      ...this.#deps,
      joined,
      onFailed: () => this.#break('failed'),
    });
    const consuming = joined.consumers.map((consumer) => this.#consume(consumer));
    this.#release();
    // A microphone may have been unplugged meanwhile; whoever watches it brings the next one.
    const { track } = this.#deps;
    const sending = this.replaceTrack(track?.readyState === 'live' ? track : null);
    await Promise.all([sending, ...consuming]);
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

  handleNetworkChange(): void {
    this.#transports?.handleNetworkChange();
  }

  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    if (this.#producer) {
      await this.#producer.replaceTrack({ track });
      return;
    }
    if (!track || !this.#transports) return;
    // Whether the microphone is on is the user's business: mediasoup-client neither stops nor disables it.
    this.#producer = await this.#transports.send.produce({
      track,
      codecOptions,
      stopTracks: false,
      disableTrackOnPause: false,
    });
  }

  async resume(seatId: string, silence: { muted: boolean; deafened: boolean }): Promise<void> {
    this.#early = [];
    try {
      const resumed = await this.#deps.connection.request('voice.resume', { seatId, ...silence });
      for (const { userId, userName } of resumed.participants) this.#userNames.set(userId, userName);
      this.#reconcile(resumed.consumers);
      this.#transports?.handleOnline();
    } finally {
      this.#release();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#consumers.clear();
    this.#transports?.close();
  }

  async #join(): Promise<VoiceJoined> {
    const { connection, device, roomSlug, muted, deafened, certificate, seatId, onSeat } = this.#deps;
    const { recvRtpCapabilities: rtpCapabilities } = device;
    const told = certificate ? { dtlsParameters: certificate.dtlsParameters } : {};
    const wish = { roomSlug, rtpCapabilities, muted, deafened, ...told };
    try {
      const joined = await connection.request('voice.join', seatId === null ? wish : { ...wish, seatId });
      onSeat(joined.seatId);
      return joined;
    } catch (error) {
      if (isUnanswered(error)) onSeat(null);
      if (seatId !== null && error instanceof AppError && error.code === 'Conflict')
        throw new SeatMovedError();
      throw error;
    }
  }

  /** What came while an answer was on its way builds on that answer. */
  #release(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#handleEvent(event);
  }

  /** The server's list is the truth: what it lacks has ended, what only it has began while nobody told us. */
  #reconcile(sounds: VoiceConsumer[]): void {
    const wanted = new Set(sounds.map(({ id }) => id));
    for (const id of [...this.#consumers.keys()]) if (!wanted.has(id)) this.#closeConsumer(id);
    for (const sound of sounds) if (!this.#isKnown(sound.id)) void this.#consume(sound);
  }

  #isKnown(consumerId: string): boolean {
    return this.#consumers.has(consumerId) || this.#receiving.has(consumerId);
  }

  /** One loss shows itself in many ways: both transports fail, and the server may tell as well. */
  #break(reason: BreakReason): void {
    if (this.#closed || this.brokenBecause) return;
    this.brokenBecause = reason;
    this.#deps.onBroken(reason);
  }

  #handleEvent(event: ServerEvent): void {
    if (event.type === 'voice.participantJoined' || event.type === 'voice.participantUpdated') {
      if (event.payload.roomSlug === this.#deps.roomSlug) this.#setUserName(event.payload.participant);
      return;
    }
    if (!('seatId' in event.payload) || event.payload.seatId !== this.#seatId) return;
    if (event.type === 'voice.consumerAdded') void this.#consume(event.payload.consumer);
    else if (event.type === 'voice.consumerClosed') this.#closeConsumer(event.payload.consumerId);
    else if (event.type === 'voice.reset') this.#break('reset');
    else if (event.type === 'voice.closed') this.#deps.onClosed(event.payload.reason);
  }

  #setUserName({ userId, userName }: { userId: string; userName: string }): void {
    if (this.#userNames.get(userId) === userName) return;
    this.#userNames.set(userId, userName);
    this.#deps.onSounds();
  }

  /** Never rejects: one sound that cannot be received must not cost the others. */
  async #consume(sound: VoiceConsumer): Promise<void> {
    this.#receiving.add(sound.id);
    try {
      await this.#receive(sound);
    } catch (error) {
      if (this.#closed || this.#closedConsumerIds.delete(sound.id)) return;
      const fields = { name: error instanceof Error ? error.name : 'unknown' };
      this.#deps.log({ level: 'warn', message: 'A sound could not be received', fields });
      // Where it has cost all of them, it was not the sound.
      if (this.#receiving.size === 1 && this.#consumers.size === 0) this.#break('failed');
    } finally {
      this.#receiving.delete(sound.id);
    }
  }

  async #receive({ id, producerId, userId, kind, rtpParameters }: VoiceConsumer): Promise<void> {
    // Each person is a stream of their own: the browser must not hold one back to fit another.
    const options = { id, producerId, kind, rtpParameters, streamId: userId } as ConsumerOptions;
    const consumer = await this.#transports?.recv.consume(options);
    if (!consumer) return;
    if (this.#closed || this.#closedConsumerIds.delete(id)) {
      consumer.close();
      return;
    }
    consumer.track.enabled = !this.#deafened;
    this.#consumers.set(id, { consumer, userId });
    this.#deps.onSounds();
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
