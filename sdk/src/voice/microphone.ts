import type { MicrophoneSettings } from '../types.ts';
import { toMicrophoneError, VoiceError } from './errors.ts';

export interface MicrophoneDeps {
  getMicrophone: (settings: MicrophoneSettings) => Promise<MediaStreamTrack>;
  /** The track ended by itself: unplugged, or taken away by the system. */
  onEnded: () => void;
}

export interface Microphone {
  readonly track: MediaStreamTrack | null;
  readonly settings: MicrophoneSettings;
  /** It has opened here before: the person has allowed it, and it will open again. */
  readonly hasOpened: boolean;
  /** Opens the device by the settings given; the former track plays on until `commit`. Rejects with a VoiceError. */
  open(settings: MicrophoneSettings, signal: AbortSignal): Promise<MediaStreamTrack>;
  /** The track is the microphone from here on; the former one stops. */
  commit(track: MediaStreamTrack, settings: MicrophoneSettings): void;
  /** For the next time that the device is opened. */
  configure(settings: MicrophoneSettings): void;
  setEnabled(enabled: boolean): void;
  /** Lets the device go: the browser's recording light goes out. */
  release(): void;
}

export const defaultMicrophoneSettings: MicrophoneSettings = {
  echoCancellation: true,
  noiseSuppression: true,
  autoGainControl: true,
};

/** The browser's microphone. */
export const getBrowserMicrophone = async (settings: MicrophoneSettings): Promise<MediaStreamTrack> => {
  const devices: MediaDevices | undefined = globalThis.navigator?.mediaDevices;
  if (!devices?.getUserMedia) throw new VoiceError('InsecurePage');
  const { deviceId, ...processing } = settings;
  // Browsers list devices by an empty id until they may be used: it names none.
  const audio = { ...processing, ...(deviceId && { deviceId: { exact: deviceId } }) };
  const [track] = (await devices.getUserMedia({ audio })).getAudioTracks();
  if (!track) throw new VoiceError('MicrophoneMissing');
  return track;
};

/** Waits for a promise no longer than the signal lets it; what still comes afterwards goes to `onLate`. */
const orAborted = async <T>(
  promise: Promise<T>,
  signal: AbortSignal,
  onLate: (value: T) => void,
): Promise<T> => {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
  });
  promise.then(
    (value) => {
      if (signal.aborted) onLate(value);
    },
    () => undefined,
  );
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
};

/** One microphone at a time, and who may hear it. */
export const createMicrophone = ({ getMicrophone, onEnded }: MicrophoneDeps): Microphone => {
  let track: MediaStreamTrack | null = null;
  let settings = defaultMicrophoneSettings;
  let enabled = true;
  let hasOpened = false;
  const drop = () => {
    track?.removeEventListener('ended', onEnded);
    track?.stop();
    track = null;
  };
  return {
    get track() {
      return track;
    },
    get settings() {
      return settings;
    },
    get hasOpened() {
      return hasOpened;
    },
    open: async (wanted, signal) => {
      try {
        // People leave a permission prompt open for minutes: leaving the call must not wait for them.
        const opened = await orAborted(getMicrophone(wanted), signal, (late) => late.stop());
        opened.enabled = enabled;
        return opened;
      } catch (error) {
        signal.throwIfAborted();
        throw toMicrophoneError(error);
      }
    },
    commit: (next, nextSettings) => {
      settings = nextSettings;
      if (next === track) return;
      drop();
      hasOpened = true;
      track = next;
      track.enabled = enabled;
      track.addEventListener('ended', onEnded);
    },
    configure: (next) => {
      settings = next;
    },
    setEnabled: (next) => {
      enabled = next;
      if (track) track.enabled = next;
    },
    release: drop,
  };
};
