import type { MicrophoneSettings } from '../types.ts';
import { toMicrophoneError, VoiceError } from './errors.ts';
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

export const createCallMicrophone = ({ microphone, view, getCall }: CallMicrophoneDeps): CallMicrophone => {
  const openAny = createOpenAny(microphone);
  /** Rejects where it cannot be; the former track then goes on. */
  const replace = async ({ session, signal }: Call, settings: MicrophoneSettings, open = openAny) => {
    const track = await open(settings, signal);
    try {
      await session.replaceTrack(track);
      signal.throwIfAborted();
    } catch (error) {
      track.stop();
      throw error;
    }
    microphone.commit(track, settings);
    view.handleMicrophoneWorks();
  };
  return {
    ensure: async (signal) => {
      const { track, settings } = microphone;
      if (track?.readyState === 'live') return;
      view.state.patch({ waitingForMicrophone: true });
      const opened = await openAny(settings, signal).finally(() =>
        view.state.patch({ waitingForMicrophone: false }),
      );
      if (signal.aborted) opened.stop();
      else microphone.commit(opened, settings);
    },
    change: async (changes) => {
      const settings = { ...microphone.settings, ...changes };
      const call = getCall();
      if (!call) {
        microphone.configure(settings);
        return;
      }
      // Who chooses a device wants that one, or to know why not.
      const open = changes.deviceId ? microphone.open : openAny;
      await replace(call, settings, open).catch((error: unknown) => {
        if (!call.signal.aborted) view.showError(toMicrophoneError(error));
      });
    },
    handleEnded: async () => {
      const call = getCall();
      if (!call || microphone.track?.readyState === 'live') return;
      // What was chosen is gone: whatever the system offers now is better than silence.
      await replace(call, withoutDevice(microphone.settings)).catch(async () => {
        if (call.signal.aborted) return;
        microphone.release();
        view.showError(new VoiceError('MicrophoneMissing'));
        await call.session.replaceTrack(null).catch(() => undefined);
      });
    },
  };
};
