import { backoffDelayMs, sleep } from '../backoff.ts';
import { createSerialQueue } from '../serial-queue.ts';
import { readOnly } from '../store.ts';
import type { MicrophoneSettings, OpenRoom, Store, VoiceState } from '../types.ts';
import { type CallMicrophone, createCallMicrophone } from './call-microphone.ts';
import { type CertificateSource, createCertificateSource } from './certificate.ts';
import { createDeviceLoader, type DeviceLoader } from './device.ts';
import { SeatMovedError, VoiceError } from './errors.ts';
import { createMicrophone, getBrowserMicrophone, type Microphone } from './microphone.ts';
import { createMuteControl, type MuteControl, type Silence, withDeafened, withMuted } from './mute.ts';
import { createPreparations, type Preparations } from './prepared.ts';
import { createSeat, type Seat } from './seat.ts';
import type { VoiceDeps, VoiceService } from './service.ts';
import type { BreakReason } from './session.ts';
import { createSilentTrack } from './silent-track.ts';
import { takeSeat } from './take-seat.ts';
import { createVoiceView, type VoiceView } from './view.ts';

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
  readonly #preparations: Preparations;
  readonly #seat: Seat;
  readonly #stopListening: () => void;
  #iceTransportPolicy: RTCIceTransportPolicy;
  readonly #closing = new AbortController();
  #intent: Intent | null = null;
  #holds: OpenRoom[] = [];
  #isOnline: boolean;
  /** How many sockets have been lost. */
  #losses = 0;

  readonly state: Store<VoiceState>;

  constructor(deps: VoiceDeps) {
    const { connection, options } = deps;
    this.#deps = deps;
    this.#iceTransportPolicy = options.iceTransportPolicy ?? 'all';
    this.#view = createVoiceView(options.createMediaStream ?? (() => new MediaStream()));
    this.state = readOnly(this.#view.state);
    this.#microphone = createMicrophone({
      getMicrophone: options.getMicrophone ?? getBrowserMicrophone,
      onEnded: () => void this.#callMicrophone.handleEnded().catch(() => undefined),
    });
    this.#callMicrophone = createCallMicrophone({
      microphone: this.#microphone,
      view: this.#view,
      inTurn: this.#enqueue,
      getCall: () =>
        this.#intent &&
        this.#seat.session && { session: this.#seat.session, signal: this.#intent.ending.signal },
    });
    this.#device = createDeviceLoader(options.handlerFactory, deps.capabilities);
    this.#certificate = options.getCertificate ?? createCertificateSource();
    this.#preparations = this.#createPreparations();
    this.#mute = this.#createMute();
    this.#seat = this.#createSeat();
    this.#isOnline = connection.state.get().status === 'online';
    this.#stopListening = connection.state.subscribe(() => this.#handleConnection());
  }

  async prepare(roomSlug?: string): Promise<void> {
    const { signal } = this.#closing;
    const isWanted = roomSlug !== undefined && this.#intent?.roomSlug !== roomSlug;
    const preparing = isWanted ? this.#preparations.prepare(roomSlug, signal) : undefined;
    await Promise.all([this.#device.load(signal), this.#certificate(), preparing]);
  }

  dropPrepared(): void {
    this.#preparations.drop();
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

  loseMedia(): void {
    this.#seat.session?.loseMedia();
  }

  async setReachable(isReachable: boolean): Promise<void> {
    const { session } = this.#seat;
    session?.setReachable(isReachable);
    session?.setDeafened(!isReachable || this.#mute.wanted.deafened);
    await session?.replaceTrack(isReachable ? this.#microphone.track : null);
  }

  setMuted(muted: boolean): Promise<void> {
    return this.#mute.change(withMuted(this.#mute.wanted, muted));
  }

  setDeafened(deafened: boolean): Promise<void> {
    return this.#mute.change(withDeafened(this.#mute.wanted, deafened));
  }

  setMicrophone(settings: Partial<MicrophoneSettings>): Promise<void> {
    return this.#callMicrophone.change(settings);
  }

  setIceTransportPolicy(policy: RTCIceTransportPolicy): void {
    if (policy === this.#iceTransportPolicy) return;
    this.#iceTransportPolicy = policy;
    // It goes another way than the one that is wished for.
    this.#preparations.drop();
  }

  close(): void {
    this.leaveNow();
    this.#closing.abort();
    this.#preparations.drop();
    this.#stopListening();
  }

  #createPreparations(): Preparations {
    const { connection, options, log } = this.#deps;
    return createPreparations({
      ...{ connection, log, device: this.#device, certificate: this.#certificate },
      createSilentTrack: options.createSilentTrack ?? createSilentTrack,
      getIceTransportPolicy: () => this.#iceTransportPolicy,
      connectTimeoutMs: options.connectTimeoutMs ?? defaultConnectTimeoutMs,
    });
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
    const { connection, options, blocked, log } = this.#deps;
    return createSeat({
      ...{ connection, blocked },
      device: this.#device,
      certificate: this.#certificate,
      preparations: this.#preparations,
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

  async #run(intent: Intent, isReturn: boolean): Promise<void> {
    const { random, log } = this.#deps;
    const losses = this.#losses;
    const isOnline = () => this.#isOnline;
    const deps = { seat: this.#seat, view: this.#view, isOnline, random, log };
    const wish = { roomSlug: intent.roomSlug, signal: intent.ending.signal, isReturn };
    const outcome = await takeSeat(deps, wish);
    // The socket that the seat was given by may have gone, and another have come, while the microphone opened.
    const isStale = losses !== this.#losses && this.#isOnline && this.#seat.session !== null;
    if (outcome === 'done' && isStale && intent === this.#intent) this.#rebuild(intent, 0, null);
    if (outcome === 'done') return;
    if (outcome === 'moved') return this.#handleClosed('moved');
    this.#end({ error: outcome });
    await this.#standUp();
  }

  #handleBroken(reason: BreakReason): void {
    if (!this.#intent) return;
    if (reason === 'failed') this.#view.handleFailure(new VoiceError('ConnectionFailed'));
    // A worker's death meets a whole room at once.
    const jitterMs = this.#deps.random() * resetJitterMs;
    const delayMs = reason === 'reset' ? jitterMs : backoffDelayMs(this.#view.failures, this.#deps.random);
    this.#rebuild(this.#intent, delayMs, reason === 'reset' ? 'media' : 'network');
  }

  #handleClosed(reason: 'moved' | 'removed'): void {
    this.#seat.handleLost();
    this.#end({ error: null, endedBecause: reason });
  }

  #rebuild(intent: Intent, delayMs: number, why: VoiceState['interruptedBy']): void {
    const broken = this.#seat.lastNumber;
    this.#seat.doubt();
    this.#view.showReconnecting(why);
    const task = async () => {
      if (delayMs > 0) await sleep(delayMs, intent.ending.signal);
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
    if (!isOnline) {
      this.#losses += 1;
      // What was prepared belongs to the socket that has gone.
      return this.#preparations.drop();
    }
    // A first join that is under way fails with its socket, and says so.
    if (this.#intent && this.#seat.session) this.#rebuild(this.#intent, 0, null);
    // Left while the socket was away: the server may still keep the seat.
    if (!this.#intent && this.#seat.isTaken) void this.#enqueue(() => this.#standUp()).catch(() => undefined);
  }

  #applySilence({ muted, deafened }: Silence): void {
    this.#microphone.setEnabled(!muted);
    this.#seat.session?.setDeafened(deafened);
    this.#view.state.patch({ muted, deafened });
  }
}
