import type { SerialQueue } from '../serial-queue.ts';
import type { MicrophoneSettings } from '../types.ts';
import { createOtherMicrophoneError, toMicrophoneError, VoiceError } from './errors.ts';
import type { Microphone } from './microphone.ts';
import type { VoiceSession } from './session.ts';
import type { VoiceView } from './view.ts';

export interface Call {
  session: VoiceSession;
  signal: AbortSignal;
}

export interface CallMicrophoneDeps {
  microphone: Microphone;
  view: VoiceView;
  /** Null where no session stands. */
  getCall: () => Call | null;
  /** Runs what changes the call after what is changing it. */
  inTurn: SerialQueue;
}

/** The microphone of the call that stands: changed, lost and found while people talk. */
export interface CallMicrophone {
  /** For a first join: opens the microphone unless it is open. Rejects with a VoiceError. */
  ensure(signal: AbortSignal): Promise<void>;
  change(settings: Partial<MicrophoneSettings>): Promise<void>;
  handleEnded(): Promise<void>;
}

const isMissing = (error: unknown): boolean =>
  error instanceof VoiceError && error.code === 'MicrophoneMissing';

const isAbort = (error: unknown): boolean =>
  error instanceof Error && error.name === 'AbortError' && !(error instanceof VoiceError);

const withoutDevice = ({ deviceId: _gone, ...settings }: MicrophoneSettings): MicrophoneSettings => settings;

/** A headset that was chosen once and is not plugged in today must not cost the call: any microphone will do. */
const createOpenAny =
  (microphone: Microphone): Microphone['open'] =>
  async (settings, signal) => {
    try {
      return await microphone.open(settings, signal);
    } catch (error) {
      if (!settings.deviceId || !isMissing(error)) throw error;
      return microphone.open(withoutDevice(settings), signal);
    }
  };

/** A device that does not open at once (people leave prompts open for minutes) holds nothing else up: only its use waits. */
export const createCallMicrophone = (deps: CallMicrophoneDeps): CallMicrophone => new OpenedMicrophone(deps);

type Open = Microphone['open'];

class OpenedMicrophone implements CallMicrophone {
  readonly #deps: CallMicrophoneDeps;
  readonly #openAny: Open;
  /** What was asked for last and is not done yet: it takes the place of what was asked for before. */
  #wish: { settings: MicrophoneSettings; ending: AbortController; done: Promise<unknown> } | null = null;

  constructor(deps: CallMicrophoneDeps) {
    this.#deps = deps;
    this.#openAny = createOpenAny(deps.microphone);
  }

  async ensure(signal: AbortSignal): Promise<void> {
    const { microphone, view } = this.#deps;
    const { track, settings } = microphone;
    if (track?.readyState === 'live') return;
    view.state.patch({ waitingForMicrophone: true });
    const opened = await this.#openAny(settings, signal).finally(() =>
      view.state.patch({ waitingForMicrophone: false }),
    );
    if (signal.aborted) opened.stop();
    else microphone.commit(opened, settings);
  }

  async change(changes: Partial<MicrophoneSettings>): Promise<void> {
    const { microphone, view, getCall, inTurn } = this.#deps;
    const configure = () => microphone.configure({ ...microphone.settings, ...changes });
    // A call that is about to stand is waited for.
    const call = getCall() ?? (await inTurn(async () => getCall() ?? configure()));
    if (!call) return;
    const settings = { ...(this.#wish?.settings ?? microphone.settings), ...changes };
    // Who chooses a device wants that one, or to know why not.
    const open = changes.deviceId ? microphone.open : this.#openAny;
    await this.#replace(call, settings, open).catch(async (error: unknown) => {
      if (call.signal.aborted || isAbort(error)) return;
      // The former one may have gone meanwhile.
      await this.handleEnded();
      const isHeard = microphone.track?.readyState === 'live';
      view.showError(isHeard ? createOtherMicrophoneError(error) : toMicrophoneError(error));
    });
  }

  async handleEnded(): Promise<void> {
    const { microphone, view, getCall } = this.#deps;
    // Somebody is choosing another one already.
    while (this.#wish) await this.#wish.done;
    const call = getCall();
    if (!call || microphone.track?.readyState === 'live') return;
    // What was chosen is gone: whatever the system offers now is better than silence, until it is back.
    const openAnother: Open = (settings, signal) => microphone.open(withoutDevice(settings), signal);
    await this.#replace(call, microphone.settings, openAnother).catch(async (error: unknown) => {
      if (call.signal.aborted || isAbort(error)) return;
      microphone.release();
      view.showError(new VoiceError('MicrophoneMissing'));
      await call.session.replaceTrack(null).catch(() => undefined);
    });
  }

  /** Rejects where it cannot be, or something else is wished for by then; the former track then goes on. */
  async #replace(call: Call, settings: MicrophoneSettings, open: Open): Promise<void> {
    this.#wish?.ending.abort();
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const wish = { settings, ending: new AbortController(), done };
    this.#wish = wish;
    try {
      const signal = AbortSignal.any([call.signal, wish.ending.signal]);
      const track = await open(settings, signal);
      await this.#deps.inTurn(() => this.#use(track, settings, signal));
    } finally {
      if (this.#wish === wish) this.#wish = null;
      finish();
    }
  }

  async #use(track: MediaStreamTrack, settings: MicrophoneSettings, signal: AbortSignal): Promise<void> {
    const { microphone, view, getCall } = this.#deps;
    try {
      signal.throwIfAborted();
      // The session may be another one by now, of the same call.
      const call = getCall();
      await call?.session.replaceTrack(track);
      // What is wished for since then takes this one's place, and not before it is there.
      call?.signal.throwIfAborted();
    } catch (error) {
      track.stop();
      throw error;
    }
    microphone.commit(track, settings);
    view.handleMicrophoneWorks();
  }
}
