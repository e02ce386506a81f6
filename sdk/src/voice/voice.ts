import type { ServerCapabilities } from '@boltorezka/protocol';
import { backoffDelayMs, sleep } from '../backoff.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { readOnly } from '../store.ts';
import type {
  Connection,
  Log,
  MicrophoneSettings,
  OpenRoom,
  Store,
  Voice,
  VoiceOptions,
  VoiceState,
} from '../types.ts';
import { type CallMicrophone, createCallMicrophone } from './call-microphone.ts';
import { type CertificateSource, createCertificateSource } from './certificate.ts';
import { createDeviceLoader, type DeviceLoader } from './device.ts';
import { SeatMovedError, toSessionError, VoiceError } from './errors.ts';
import { createMicrophone, getBrowserMicrophone, type Microphone } from './microphone.ts';
import { createMuteControl, type MuteControl, type Silence, withDeafened, withMuted } from './mute.ts';
import { createSeat, type Seat } from './seat.ts';
import type { BreakReason } from './session.ts';
import { createVoiceView, type VoiceView } from './view.ts';

export interface VoiceDeps {
  connection: Connection;
  capabilities: Store<ServerCapabilities | null>;
  /** Keeps the room joined for as long as voice sits there. */
  openRoom: (slug: string) => OpenRoom;
  /** Whether somebody talks here: the socket is watched closely then. */
  setUrgent: (isUrgent: boolean) => void;
  options: VoiceOptions;
  random: () => number;
  log: Log;
}

export interface VoiceService extends Voice {
  /** Leaves without waiting: the page, or the session of the user, ends now. */
  leaveNow(): void;
  /** The device has another network, or has one again. */
  handleNetworkChange(): void;
  close(): void;
}

/** The wish to sit in a room; it ends with the next wish. */
interface Intent {
  roomSlug: string;
  ending: AbortController;
}

const resetJitterMs = 100;
const silenceMs = 60;
const defaultConnectTimeoutMs = 15_000;

/** The one seat of the user: what they wish for, and the session that fulfils it. */
export const createVoice = (deps: VoiceDeps): VoiceService => new VoiceController(deps);

class VoiceController implements VoiceService {
  readonly #deps: VoiceDeps;
  readonly #enqueue = createSerialQueue();
  readonly #view: VoiceView;
  readonly #microphone: Microphone;
  readonly #callMicrophone: CallMicrophone;
  readonly #mute: MuteControl;
  readonly #device: DeviceLoader;
  readonly #certificate: CertificateSource;
  readonly #seat: Seat;
  readonly #stopListening: () => void;
  #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #closing = new AbortController();
  #intent: Intent | null = null;
  #holds: OpenRoom[] = [];
  #isOnline: boolean;

  readonly state: Store<VoiceState>;

  constructor(deps: VoiceDeps) {
    const { connection, options } = deps;
    this.#deps = deps;
    this.#iceTransportPolicy = options.iceTransportPolicy ?? 'all';
    this.#view = createVoiceView(options.createMediaStream ?? (() => new MediaStream()));
    this.state = readOnly(this.#view.state);
    this.#microphone = createMicrophone({
      getMicrophone: options.getMicrophone ?? getBrowserMicrophone,
      onEnded: () => void this.#enqueue(() => this.#callMicrophone.handleEnded()).catch(() => undefined),
    });
    this.#callMicrophone = createCallMicrophone({
      microphone: this.#microphone,
      view: this.#view,
      getCall: () =>
        this.#intent &&
        this.#seat.session && { session: this.#seat.session, signal: this.#intent.ending.signal },
    });
    this.#device = createDeviceLoader(options.handlerFactory, deps.capabilities);
    this.#certificate = options.getCertificate ?? createCertificateSource();
    this.#mute = this.#createMute();
    this.#seat = this.#createSeat();
    this.#isOnline = connection.state.get().status === 'online';
    this.#stopListening = connection.state.subscribe(() => this.#handleConnection());
  }

  async prepare(): Promise<void> {
    await Promise.all([this.#device.load(this.#closing.signal), this.#certificate()]);
  }

  async join(roomSlug: string): Promise<void> {
    if (this.#intent?.roomSlug !== roomSlug) this.#begin(roomSlug);
    const intent = this.#intent;
    await this.#enqueue(async () => {
      if (intent && intent === this.#intent && !this.#seat.session) await this.#run(intent, false);
    });
  }

  async leave(): Promise<void> {
    if (this.#intent) this.#end({ error: null });
    await this.#enqueue(() => this.#standUp());
  }

  leaveNow(): void {
    if (!this.#intent) return;
    // Sent before anything else happens: the socket may be closed in the next line of whoever called.
    void this.#seat.giveUp().catch(() => undefined);
    this.#end({ error: null });
  }

  handleNetworkChange(): void {
    this.#seat.session?.handleNetworkChange();
  }

  setMuted(muted: boolean): Promise<void> {
    return this.#mute.change(withMuted(this.#mute.wanted, muted));
  }

  setDeafened(deafened: boolean): Promise<void> {
    return this.#mute.change(withDeafened(this.#mute.wanted, deafened));
  }

  setMicrophone(settings: Partial<MicrophoneSettings>): Promise<void> {
    return this.#enqueue(() => this.#callMicrophone.change(settings));
  }

  setIceTransportPolicy(policy: RTCIceTransportPolicy): void {
    this.#iceTransportPolicy = policy;
  }

  close(): void {
    this.leaveNow();
    this.#closing.abort();
    this.#stopListening();
  }

  #createMute(): MuteControl {
    const { connection, log } = this.#deps;
    return createMuteControl({
      letSilenceOut: async () => this.#intent && sleep(silenceMs, this.#intent.ending.signal),
      setMuted: (muted) => connection.request('voice.setMuted', { muted }),
      setDeafened: (deafened) => connection.request('voice.setDeafened', { deafened }),
      isConnected: () => this.#seat.isHeld && this.#isOnline,
      onChange: (silence) => this.#applySilence(silence),
      log,
    });
  }

  #createSeat(): Seat {
    const { connection, options, log } = this.#deps;
    return createSeat({
      connection,
      device: this.#device,
      certificate: this.#certificate,
      microphone: this.#microphone,
      callMicrophone: this.#callMicrophone,
      mute: this.#mute,
      view: this.#view,
      getIceTransportPolicy: () => this.#iceTransportPolicy,
      connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
      log,
      onStand: () => this.#releaseHolds(1),
      onBroken: (reason) => this.#handleBroken(reason),
      onClosed: (reason) => this.#handleClosed(reason),
    });
  }

  /** The wish changes at once; what follows from it is done in its turn. */
  #begin(roomSlug: string): void {
    this.#intent?.ending.abort();
    this.#seat.drop();
    this.#intent = { roomSlug, ending: new AbortController() };
    this.#holds.push(this.#deps.openRoom(roomSlug));
    this.#view.showJoining(roomSlug);
    this.#deps.setUrgent(true);
  }

  #end(why: { error: VoiceError | null; endedBecause?: VoiceState['endedBecause'] }): void {
    this.#intent?.ending.abort();
    this.#intent = null;
    this.#deps.setUrgent(false);
    this.#seat.drop();
    this.#microphone.release();
    this.#releaseHolds(0);
    this.#view.showIdle({ error: why.error, endedBecause: why.endedBecause ?? null });
  }

  #releaseHolds(keep: number): void {
    for (const hold of this.#holds.splice(0, this.#holds.length - keep)) hold.close();
  }

  /** Gives the seat back; a newer wish may have come to sit again meanwhile, and then moves it instead. */
  async #standUp(): Promise<void> {
    if (!this.#intent && this.#isOnline) await this.#seat.giveUp();
  }

  /** Builds a session; a first one is tried once, one that stood before for as long as it takes. */
  async #run({ roomSlug, ending: { signal } }: Intent, isReturn: boolean): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#seat.take({ roomSlug, signal, isReturn });
        return;
      } catch (cause) {
        if (signal.aborted) return;
        if (cause instanceof SeatMovedError) {
          this.#handleClosed('moved');
          return;
        }
        const error = toSessionError(cause, this.#isOnline);
        this.#deps.log({ level: 'warn', message: 'Voice could not be joined', fields: { code: error.code } });
        if (!isReturn || !error.retryable) {
          this.#end({ error });
          await this.#standUp();
          return;
        }
        this.#view.handleFailure(error);
        // Without a socket there is nothing to try; when it is back, everything begins anew.
        if (!this.#isOnline) return;
        const delayMs = backoffDelayMs(this.#view.failures, this.#deps.random);
        await sleep(Math.max(error.retryAfterMs, delayMs), signal);
      }
    }
  }

  #handleBroken(reason: BreakReason): void {
    if (!this.#intent) return;
    if (reason === 'failed') this.#view.handleFailure(new VoiceError('ConnectionFailed'));
    // A worker's death meets a whole room at once.
    const jitterMs = this.#deps.random() * resetJitterMs;
    const delayMs = reason === 'reset' ? jitterMs : backoffDelayMs(this.#view.failures, this.#deps.random);
    this.#rebuild(this.#intent, delayMs);
  }

  #handleClosed(reason: 'moved' | 'removed'): void {
    this.#seat.handleLost();
    this.#end({ error: null, endedBecause: reason });
  }

  #rebuild(intent: Intent, delayMs: number): void {
    const broken = this.#seat.lastNumber;
    this.#seat.doubt();
    this.#view.state.patch({ status: 'reconnecting' });
    const task = async () => {
      await sleep(delayMs, intent.ending.signal);
      if (intent !== this.#intent || !this.#isOnline) return;
      if (this.#seat.hasReplaced(broken)) this.#seat.trust();
      else if (!(await this.#resume()) && this.#isOnline) await this.#run(intent, true);
    };
    void this.#enqueue(task).catch(() => undefined);
  }

  /** True where there is nothing more to do: the session goes on, or the seat is the person's elsewhere. */
  async #resume(): Promise<boolean> {
    try {
      return await this.#seat.resume();
    } catch (error) {
      if (!(error instanceof SeatMovedError)) throw error;
      this.#handleClosed('moved');
      return true;
    }
  }

  #handleConnection(): void {
    const isOnline = this.#deps.connection.state.get().status === 'online';
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    if (!isOnline) return;
    // A first join that is under way fails with its socket, and says so.
    if (this.#intent && this.#seat.session) this.#rebuild(this.#intent, 0);
    // Left while the socket was away: the server may still keep the seat.
    if (!this.#intent && this.#seat.isTaken) void this.#enqueue(() => this.#standUp()).catch(() => undefined);
  }

  #applySilence({ muted, deafened }: Silence): void {
    this.#microphone.setEnabled(!muted);
    this.#seat.session?.setDeafened(deafened);
    this.#view.state.patch({ muted, deafened });
  }
}
