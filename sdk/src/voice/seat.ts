import { AppError } from '@boltorezka/protocol';
import { describeFailure } from '../failures.ts';
import type { Blocked } from '../people.ts';
import type { Connection, Log } from '../types.ts';
import type { CallMicrophone } from './call-microphone.ts';
import type { CertificateSource } from './certificate.ts';
import type { DeviceLoader } from './device.ts';
import { SeatMovedError } from './errors.ts';
import type { Microphone } from './microphone.ts';
import type { MuteControl } from './mute.ts';
import type { Preparations } from './prepared.ts';
import { type BreakReason, openSession, type SessionListeners, type VoiceSession } from './session.ts';
import type { VoiceView } from './view.ts';

export interface SeatDeps {
  connection: Connection;
  blocked: Blocked;
  device: DeviceLoader;
  certificate: CertificateSource;
  preparations: Preparations;
  microphone: Microphone;
  callMicrophone: CallMicrophone;
  mute: MuteControl;
  view: VoiceView;
  getIceTransportPolicy: () => RTCIceTransportPolicy;
  connectTimeoutMs: number;
  log: Log;
  /** A session stands in the place that was asked for last. */
  onStand: () => void;
  /** The session that stands is broken. */
  onBroken: (reason: BreakReason) => void;
  onClosed: (reason: 'moved' | 'removed') => void;
}

export interface SeatWish {
  roomSlug: string;
  /** Ends with the wish. */
  signal: AbortSignal;
  /** Back to the seat that is ours, not a click that would move it here. */
  isReturn: boolean;
}

/** The one seat of the user on the server, and the session in it: one stands while the next is being built. */
export interface Seat {
  readonly session: VoiceSession | null;
  /** The session that stands is the server's latest word: what is asked of the seat concerns it. */
  readonly isHeld: boolean;
  /** The server may have us in a seat. */
  readonly isTaken: boolean;
  /** Sessions are numbered as they are begun. */
  readonly lastNumber: number;
  /** Rejects where no session could be built; the former one then stands on. */
  take(wish: SeatWish): Promise<void>;
  /**
   * The session that stands goes on from another socket; false where only a new one can.
   * Rejects with `SeatMovedError` where the person sits elsewhere by now.
   */
  resume(): Promise<boolean>;
  /** The session is to be built anew: what changes meanwhile is told with it. */
  doubt(): void;
  /** True where a session begun after that one stands. */
  hasReplaced(number: number): boolean;
  /** The session that stands is good after all. */
  trust(): void;
  /** Closes the session; the server is not told. */
  drop(): void;
  /** The server has no seat of ours any more. */
  handleLost(): void;
  /** Tells the server, where it may have us in a seat. Never rejects. */
  giveUp(): Promise<void>;
}

export const createSeat = (deps: SeatDeps): Seat => new ServerSeat(deps);

class ServerSeat implements Seat {
  readonly #deps: SeatDeps;
  #standingNumber = 0;
  #seatId: string | null = null;
  session: VoiceSession | null = null;
  isHeld = false;
  isTaken = false;
  lastNumber = 0;

  constructor(deps: SeatDeps) {
    this.#deps = deps;
  }

  async take({ roomSlug, signal, isReturn }: SeatWish): Promise<void> {
    const { connection, blocked, callMicrophone, microphone, mute, log, connectTimeoutMs } = this.#deps;
    // A call that has lost its microphone goes on without one; a first join does not begin without one.
    const opening = this.session ? Promise.resolve() : callMicrophone.ensure(signal);
    opening.catch(() => undefined);
    const parts = await this.#gather({ roomSlug, signal, isReturn }, opening);
    this.lastNumber += 1;
    const number = this.lastNumber;
    const { muted, deafened } = mute.wanted;
    this.isTaken = true;
    const session = await openSession({
      ...{ connection, blocked, roomSlug, muted, deafened, connectTimeoutMs, log },
      ...parts,
      getTrack: () => opening.then(() => microphone.track),
      seatId: isReturn ? this.#seatId : null,
      iceTransportPolicy: this.#deps.getIceTransportPolicy(),
      ...this.#createListeners(signal, number),
    });
    if (signal.aborted) {
      session.close();
      return;
    }
    this.#stand(session, number);
    void mute.handleTold({ muted, deafened }).catch(() => undefined);
  }

  /** What a session is built from; where it cannot be had, nothing of it stays open. */
  async #gather({ roomSlug, signal, isReturn }: SeatWish, opening: Promise<void>) {
    const { device: loader, certificate: source, preparations, microphone } = this.#deps;
    const taking = isReturn ? Promise.resolve(null) : preparations.take(roomSlug);
    try {
      const [device, certificate, prepared] = await Promise.all([
        loader.load(signal),
        source(),
        taking,
        microphone.hasOpened ? undefined : opening,
      ]);
      signal.throwIfAborted();
      return { device, certificate, prepared };
    } catch (error) {
      void taking.then((prepared) => prepared?.close());
      throw error;
    }
  }

  async resume(): Promise<boolean> {
    const { session } = this;
    const seatId = this.#seatId;
    if (!session || session.brokenBecause || seatId === null) return false;
    const { mute, view, log } = this.#deps;
    const { muted, deafened } = mute.wanted;
    try {
      await session.resume(seatId, { muted, deafened });
    } catch (error) {
      if (error instanceof AppError && error.code === 'Conflict') throw new SeatMovedError();
      log({ level: 'info', message: 'The seat could not be resumed', fields: describeFailure(error) });
      return false;
    }
    if (session !== this.session || session.brokenBecause) return session !== this.session;
    // Attempts at another session have come to nothing: what this one tells counts again.
    this.lastNumber = this.#standingNumber;
    this.isHeld = true;
    if (session.isConnected) view.showConnected();
    else view.showReconnecting('network');
    void mute.handleTold({ muted, deafened }).catch(() => undefined);
    return true;
  }

  doubt(): void {
    this.isHeld = false;
  }

  hasReplaced(number: number): boolean {
    return this.session !== null && this.#standingNumber > number;
  }

  trust(): void {
    const { mute } = this.#deps;
    this.isHeld = true;
    this.#showConnection();
    void mute.change(mute.wanted).catch(() => undefined);
  }

  drop(): void {
    this.isHeld = false;
    this.session?.close();
    this.session = null;
  }

  handleLost(): void {
    this.isTaken = false;
    this.#seatId = null;
  }

  async giveUp(): Promise<void> {
    if (!this.isTaken) return;
    this.handleLost();
    await this.#deps.connection.request('voice.leave', {}).catch(() => undefined);
  }

  /** The new session takes over; only now does the old one go. */
  #stand(session: VoiceSession, number: number): void {
    const { mute, view, onStand, onBroken } = this.#deps;
    this.session?.close();
    this.session = session;
    this.#standingNumber = number;
    this.isHeld = true;
    session.setDeafened(mute.wanted.deafened);
    onStand();
    view.showSounds(session.sounds());
    this.#showConnection();
    if (session.brokenBecause) onBroken(session.brokenBecause);
  }

  #showConnection(): void {
    if (this.session?.isConnected) this.#deps.view.showConnected();
  }

  #createListeners(signal: AbortSignal, number: number): SessionListeners {
    const { view, onBroken, onClosed } = this.#deps;
    const isLatest = () => number === this.lastNumber && !signal.aborted;
    const isStanding = () => isLatest() && number === this.#standingNumber;
    return {
      onSeat: (seatId) => {
        if (isLatest()) this.#seatId = seatId;
      },
      onSounds: () => {
        if (number === this.#standingNumber) view.showSounds(this.session?.sounds() ?? []);
      },
      onConnected: () => {
        if (!isLatest()) return;
        view.handleMediaFlows();
        if (isStanding() && this.isHeld) this.#showConnection();
      },
      onInterrupted: () => {
        if (isStanding()) view.showReconnecting('network');
      },
      // What breaks while it is being built is known when it stands.
      onBroken: (reason) => {
        if (isStanding()) onBroken(reason);
      },
      onClosed: (reason) => {
        if (isLatest()) onClosed(reason);
      },
    };
  }
}
