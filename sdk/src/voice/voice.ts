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
import { createDeviceLoader, type DeviceLoader } from './device.ts';
import { toSessionError, VoiceError } from './errors.ts';
import { createMicrophone, getBrowserMicrophone, type Microphone } from './microphone.ts';
import { createMuteControl, type MuteControl, type Silence, withDeafened, withMuted } from './mute.ts';
import { openSession, type SessionListeners, type VoiceSession } from './session.ts';
import { createVoiceView, type VoiceView } from './view.ts';

export interface VoiceDeps {
  connection: Connection;
  capabilities: Store<{ value: ServerCapabilities | null }>;
  /** Keeps the room joined for as long as voice sits there. */
  openRoom: (slug: string) => OpenRoom;
  options: VoiceOptions;
  random: () => number;
  log: Log;
}

export interface VoiceService extends Voice {
  /** Leaves without waiting: the page, or the session of the user, ends now. */
  leaveNow(): void;
  close(): void;
}

/** The wish to sit in a room; it ends with the next wish. */
interface Intent {
  roomSlug: string;
  ending: AbortController;
}

const resetJitterMs = 100;
const silenceMs = 60;

/** The one seat of the user: what they wish for, and the session that fulfils it. */
export const createVoice = (deps: VoiceDeps): VoiceService => new VoiceController(deps);

class VoiceController implements VoiceService {
  readonly #deps: VoiceDeps;
  readonly #enqueue = createSerialQueue();
  readonly #device: DeviceLoader;
  readonly #view: VoiceView;
  readonly #microphone: Microphone;
  readonly #callMicrophone: CallMicrophone;
  readonly #mute: MuteControl;
  readonly #stopListening: () => void;
  #iceTransportPolicy: RTCIceTransportPolicy;
  #intent: Intent | null = null;
  #holds: OpenRoom[] = [];
  #session: VoiceSession | null = null;
  /** Sessions are numbered as they are begun, so that word of an old one is known for what it is. */
  #lastNumber = 0;
  #standingNumber = 0;
  /** The server may have us in a seat. */
  #maySit = false;
  #isOnline: boolean;

  readonly state: Store<VoiceState>;

  constructor(deps: VoiceDeps) {
    const { connection, options, log } = deps;
    this.#deps = deps;
    this.#iceTransportPolicy = options.iceTransportPolicy ?? 'all';
    this.#device = createDeviceLoader(options.handlerFactory, deps.capabilities);
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
        this.#intent && this.#session && { session: this.#session, signal: this.#intent.ending.signal },
    });
    this.#mute = createMuteControl({
      letSilenceOut: async () => this.#intent && sleep(silenceMs, this.#intent.ending.signal),
      setMuted: (muted) => connection.request('voice.setMuted', { muted }),
      setDeafened: (deafened) => connection.request('voice.setDeafened', { deafened }),
      isConnected: () => this.state.get().status === 'connected' && this.#isOnline,
      onChange: (silence) => this.#applySilence(silence),
      log,
    });
    this.#isOnline = connection.state.get().status === 'online';
    this.#stopListening = connection.state.subscribe(() => this.#handleConnection());
  }

  async join(roomSlug: string): Promise<void> {
    if (this.#intent?.roomSlug !== roomSlug) this.#begin(roomSlug);
    const intent = this.#intent;
    await this.#enqueue(async () => {
      if (intent && intent === this.#intent && !this.#session) await this.#run(intent, false);
    });
  }

  async leave(): Promise<void> {
    if (this.#intent) this.#end({ error: null });
    await this.#enqueue(() => this.#standUp());
  }

  leaveNow(): void {
    if (!this.#intent) return;
    const mustTell = this.#maySit;
    this.#maySit = false;
    // Sent before anything else happens: the socket may be closed in the next line of whoever called.
    if (mustTell) this.#deps.connection.request('voice.leave', {}).catch(() => undefined);
    this.#end({ error: null });
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
    this.#stopListening();
  }

  /** The wish changes at once; what follows from it is done in its turn. */
  #begin(roomSlug: string): void {
    this.#intent?.ending.abort();
    this.#dropSession();
    this.#intent = { roomSlug, ending: new AbortController() };
    this.#holds.push(this.#deps.openRoom(roomSlug));
    this.#view.showJoining(roomSlug);
  }

  #end(why: { error: VoiceError | null; endedBecause?: VoiceState['endedBecause'] }): void {
    this.#intent?.ending.abort();
    this.#intent = null;
    this.#dropSession();
    this.#microphone.release();
    this.#releaseHolds(0);
    this.#view.showIdle({ error: why.error, endedBecause: why.endedBecause ?? null });
  }

  #dropSession(): void {
    this.#session?.close();
    this.#session = null;
  }

  #releaseHolds(keep: number): void {
    for (const hold of this.#holds.splice(0, this.#holds.length - keep)) hold.close();
  }

  /** Gives the seat back; a newer wish may have come to sit again meanwhile, and then moves it instead. */
  async #standUp(): Promise<void> {
    if (!this.#maySit || this.#intent || !this.#isOnline) return;
    this.#maySit = false;
    await this.#deps.connection.request('voice.leave', {}).catch(() => undefined);
  }

  /** Builds a session; a first one is tried once, one that stood before for as long as it takes. */
  async #run(intent: Intent, isRebuild: boolean): Promise<void> {
    const { signal } = intent.ending;
    while (!signal.aborted) {
      try {
        await this.#establish(intent);
        return;
      } catch (cause) {
        if (signal.aborted) return;
        const error = toSessionError(cause, this.#isOnline);
        this.#deps.log({ level: 'warn', message: 'Voice could not be joined', fields: { code: error.code } });
        if (!isRebuild || !error.retryable) {
          this.#end({ error });
          await this.#standUp();
          return;
        }
        this.#view.handleFailure(error);
        // Without a socket there is nothing to try; when it is back, everything begins anew.
        if (!this.#isOnline) return;
        await sleep(backoffDelayMs(this.#view.failures, this.#deps.random), signal);
      }
    }
  }

  async #establish(intent: Intent): Promise<void> {
    const { signal } = intent.ending;
    const [device] = await Promise.all([
      this.#device.load(signal),
      // A call that has lost its microphone goes on without one; a first join does not begin without one.
      this.#session ? undefined : this.#callMicrophone.ensure(signal),
    ]);
    signal.throwIfAborted();
    this.#lastNumber += 1;
    const number = this.#lastNumber;
    const { muted, deafened } = this.#mute.wanted;
    this.#maySit = true;
    const session = await openSession({
      connection: this.#deps.connection,
      device,
      roomSlug: intent.roomSlug,
      muted,
      deafened,
      track: this.#microphone.track,
      iceTransportPolicy: this.#iceTransportPolicy,
      log: this.#deps.log,
      ...this.#createListeners(intent, number),
    });
    if (signal.aborted) {
      session.close();
      return;
    }
    this.#stand(session, number);
    void this.#mute.handleTold({ muted, deafened }).catch(() => undefined);
  }

  /** The new session takes over; only now does the old one go. */
  #stand(session: VoiceSession, number: number): void {
    this.#session?.close();
    this.#session = session;
    this.#standingNumber = number;
    session.setDeafened(this.#mute.wanted.deafened);
    this.#releaseHolds(1);
    this.#view.showConnected();
    this.#view.showSounds(session.sounds());
  }

  #createListeners(intent: Intent, number: number): SessionListeners {
    const isLatest = () => number === this.#lastNumber && intent === this.#intent;
    return {
      onSounds: () => {
        if (number === this.#standingNumber) this.#view.showSounds(this.#session?.sounds() ?? []);
      },
      onConnected: () => {
        if (isLatest()) this.#view.handleMediaFlows();
      },
      onBroken: (reason) => {
        if (!isLatest()) return;
        if (reason === 'failed') this.#view.handleFailure(new VoiceError('ConnectionFailed'));
        // A worker's death meets a whole room at once.
        const jitterMs = this.#deps.random() * resetJitterMs;
        const delayMs =
          reason === 'reset' ? jitterMs : backoffDelayMs(this.#view.failures, this.#deps.random);
        this.#rebuild(intent, delayMs);
      },
      onClosed: (reason) => {
        if (!isLatest()) return;
        this.#maySit = false;
        this.#end({ error: null, endedBecause: reason === 'left' ? null : reason });
      },
    };
  }

  #rebuild(intent: Intent, delayMs: number): void {
    const broken = this.#lastNumber;
    this.#view.state.patch({ status: 'reconnecting' });
    const task = async () => {
      await sleep(delayMs, intent.ending.signal);
      if (intent !== this.#intent || !this.#isOnline) return;
      if (this.#standingNumber > broken) this.#view.state.patch({ status: 'connected' });
      else await this.#run(intent, true);
    };
    void this.#enqueue(task).catch(() => undefined);
  }

  #handleConnection(): void {
    const isOnline = this.#deps.connection.state.get().status === 'online';
    if (isOnline === this.#isOnline) return;
    this.#isOnline = isOnline;
    if (!isOnline) return;
    const { status } = this.state.get();
    if (this.#intent && status !== 'joining') this.#rebuild(this.#intent, 0);
    // Left while the socket was away: the server may still keep the seat.
    if (!this.#intent && this.#maySit) void this.#enqueue(() => this.#standUp()).catch(() => undefined);
  }

  #applySilence({ muted, deafened }: Silence): void {
    this.#microphone.setEnabled(!muted);
    this.#session?.setDeafened(deafened);
    this.#view.state.patch({ muted, deafened });
  }
}
