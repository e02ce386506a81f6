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

export const createCallMicrophone = ({ microphone, view, getCall }: CallMicrophoneDeps): CallMicrophone => {
  /** Rejects where it cannot be; the former track then goes on. */
  const replace = async ({ session, signal }: Call, settings: MicrophoneSettings) => {
    const track = await microphone.open(settings, signal);
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
      const opened = await microphone.open(settings, signal);
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
      await replace(call, settings).catch((error: unknown) => {
        if (!call.signal.aborted) view.showError(toMicrophoneError(error));
      });
    },
    handleEnded: async () => {
      const call = getCall();
      if (!call || microphone.track?.readyState === 'live') return;
      // What was chosen is gone: whatever the system offers now is better than silence.
      const { deviceId: _gone, ...settings } = microphone.settings;
      await replace(call, settings).catch(async () => {
        if (call.signal.aborted) return;
        microphone.release();
        view.showError(new VoiceError('MicrophoneMissing'));
        await call.session.replaceTrack(null).catch(() => undefined);
      });
    },
  };
};
