import {
  AppError,
  type EventPayload,
  type RtpCapabilities,
  type ServerEvent,
  type VoiceJoined,
} from '@boltorezka/protocol';
import type { Device, Producer } from 'mediasoup-client/types';
import { isUnanswered } from '../failures.ts';
import type { Blocked } from '../people.ts';
import type { Connection, Log } from '../types.ts';
import type { DtlsCertificate } from './certificate.ts';
import { SeatMovedError } from './errors.ts';
import { codecOptions } from './microphone-codec.ts';
import type { RemoteSound } from './outputs.ts';
import type { Prepared } from './prepared.ts';
import { createSounds, type Sounds } from './sounds.ts';
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
  /** Whom the user does not hear. */
  blocked: Blocked;
  device: Device;
  roomSlug: string;
  muted: boolean;
  deafened: boolean;
  /** Null where there is no microphone at the moment: hearing needs none. Rejects where there must be one, and is not. */
  getTrack: () => Promise<MediaStreamTrack | null>;
  certificate: DtlsCertificate | null;
  /** Made before the click; the session's to close. */
  prepared: Prepared | null;
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
  /** As when the server tells that the media is gone. */
  loseMedia(): void;
  /** As when nothing gets through, or everything again. */
  setReachable(isReachable: boolean): void;
  replaceTrack(track: MediaStreamTrack | null): Promise<void>;
  close(): void;
}

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
  readonly #sounds: Sounds;
  /** Events that came before the answer of voice.join told which seat is ours. */
  #early: ServerEvent[] | null = [];
  #seatId = '';
  #transports: Transports | null = null;
  #producer: Producer | null = null;
  #closed = false;
  brokenBecause: BreakReason | null = null;

  constructor(deps: SessionDeps) {
    this.#deps = deps;
    this.#sounds = createSounds({
      ...{ deafened: deps.deafened, blocked: deps.blocked, log: deps.log, onChanged: deps.onSounds },
      getTransport: () => this.#transports?.recv ?? null,
      onFailed: () => this.#break('failed'),
    });
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
    for (const person of joined.participants) this.#sounds.setUserName(person);
    const prepared = this.#adopt(joined);
    this.#transports = prepared?.transports ?? this.#createTransports(joined);
    this.#transports.adopt({ ...this.#deps, onFailed: () => this.#break('failed') });
    const consuming = joined.consumers.map((consumer) => this.#sounds.receive(consumer));
    this.#release();
    const sending = this.#send(prepared && joined.producerId ? prepared.begin(joined.producerId) : null);
    await Promise.all([sending, ...consuming]);
    prepared?.settle();
  }

  /** Nothing where none was prepared, or it is no longer good. */
  #adopt(joined: VoiceJoined): Prepared | null {
    const { prepared } = this.#deps;
    if (joined.producerId && joined.sendTransport.id === prepared?.transports.send.id) return prepared;
    prepared?.close();
    return null;
  }

  #createTransports(offer: VoiceJoined): Transports {
    const { connection } = this.#deps;
    return createTransports({
      ...this.#deps,
      offer,
      produce: async (rtpParameters, transportId) => {
        const described = { transportId, kind: 'audio' as const, rtpParameters };
        return (await connection.request('voice.produce', described)).producerId;
      },
    });
  }

  /** A microphone may have been unplugged meanwhile; whoever watches it brings the next one. */
  async #send(producing: Promise<Producer> | null): Promise<void> {
    if (producing) this.#producer = await producing;
    const track = await this.#deps.getTrack();
    await this.replaceTrack(track?.readyState === 'live' ? track : null);
  }

  sounds(): RemoteSound[] {
    return this.#sounds.list();
  }

  setDeafened(deafened: boolean): void {
    this.#sounds.setDeafened(deafened);
  }

  handleNetworkChange(): void {
    this.#transports?.handleNetworkChange();
  }

  loseMedia(): void {
    this.#break('reset');
  }

  setReachable(isReachable: boolean): void {
    this.#transports?.setReachable(isReachable);
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
      for (const person of resumed.participants) this.#sounds.setUserName(person);
      this.#sounds.reconcile(resumed.consumers);
      this.#transports?.handleOnline();
    } finally {
      this.#release();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopListening();
    this.#sounds.close();
    this.#transports?.close();
    this.#deps.prepared?.close();
  }

  async #join(): Promise<VoiceJoined> {
    const { connection, device, roomSlug, muted, deafened, seatId, onSeat } = this.#deps;
    // The contract's shape is mediasoup's with sizes capped.
    const rtpCapabilities = device.recvRtpCapabilities as RtpCapabilities;
    const wish = { roomSlug, rtpCapabilities, muted, deafened, ...this.#describeMedia() };
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

  /** What the server need not be told in another round trip. */
  #describeMedia() {
    const { certificate, prepared } = this.#deps;
    const { preparationId, rtpParameters } = prepared ?? {};
    return {
      ...(certificate && { dtlsParameters: certificate.dtlsParameters }),
      ...(rtpParameters && { preparationId, produce: { kind: 'audio' as const, rtpParameters } }),
    };
  }

  /** What came while an answer was on its way builds on that answer. */
  #release(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.#handleEvent(event);
  }

  /** One loss shows itself in many ways: both transports fail, and the server may tell as well. */
  #break(reason: BreakReason): void {
    if (this.#closed || this.brokenBecause) return;
    this.brokenBecause = reason;
    this.#deps.onBroken(reason);
  }

  #handleEvent(event: ServerEvent): void {
    if (event.type === 'voice.participantJoined' || event.type === 'voice.participantUpdated') {
      if (event.payload.roomSlug === this.#deps.roomSlug) this.#sounds.setUserName(event.payload.participant);
      return;
    }
    if (!('seatId' in event.payload) || event.payload.seatId !== this.#seatId) return;
    if (event.type === 'voice.consumerAdded') void this.#sounds.receive(event.payload.consumer);
    else if (event.type === 'voice.consumerClosed') this.#sounds.end(event.payload.consumerId);
    else if (event.type === 'voice.reset') this.#break('reset');
    else if (event.type === 'voice.closed') this.#deps.onClosed(event.payload.reason);
  }
}
