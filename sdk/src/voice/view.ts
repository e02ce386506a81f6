import { createStore, type WritableStore } from '../store.ts';
import type { VoiceErrorCode, VoiceState } from '../types.ts';
import type { VoiceError } from './errors.ts';
import { createOutputs, type RemoteSound } from './outputs.ts';

/** One failure is a hiccup; from here on the user is told why there is no sound. */
const failuresBeforeError = 2;

const sessionErrors: VoiceErrorCode[] = ['ConnectionFailed', 'NoVoiceServer'];
const microphoneErrors: VoiceErrorCode[] = ['MicrophoneBusy', 'MicrophoneMissing', 'MicrophoneRefused'];

/** What voice shows of itself. */
export interface VoiceView {
  readonly state: WritableStore<VoiceState>;
  /** How often in a row a session could not be built, or was built and carried nothing. */
  readonly failures: number;
  showJoining(roomSlug: string): void;
  showConnected(): void;
  showIdle(why: { error: VoiceError | null; endedBecause: VoiceState['endedBecause'] }): void;
  showSounds(sounds: readonly RemoteSound[]): void;
  showError(error: VoiceError): void;
  handleFailure(error: VoiceError): void;
  handleMediaFlows(): void;
  handleMicrophoneWorks(): void;
}

const initialState: VoiceState = {
  status: 'idle',
  roomSlug: null,
  muted: false,
  deafened: false,
  error: null,
  outputs: [],
  endedBecause: null,
};

export const createVoiceView = (createMediaStream: () => MediaStream): VoiceView => {
  const state = createStore(initialState);
  const outputs = createOutputs(createMediaStream);
  let failures = 0;
  const showError = ({ code, message }: VoiceError) => state.patch({ error: { code, message } });
  const clearErrors = (codes: VoiceErrorCode[]) => {
    const { error } = state.get();
    if (error && codes.includes(error.code)) state.patch({ error: null });
  };
  return {
    state,
    get failures() {
      return failures;
    },
    showJoining: (roomSlug) => {
      failures = 0;
      const fresh = { outputs: outputs.show([]), error: null, endedBecause: null };
      state.patch({ status: 'joining', roomSlug, ...fresh });
    },
    showConnected: () => {
      if (failures < failuresBeforeError) clearErrors(sessionErrors);
      state.patch({ status: 'connected' });
    },
    showIdle: ({ error, endedBecause }) => {
      const shown = error && { code: error.code, message: error.message };
      state.patch({ status: 'idle', roomSlug: null, outputs: outputs.show([]), error: shown, endedBecause });
    },
    showSounds: (sounds) => {
      const next = outputs.show(sounds);
      const shown = state.get().outputs;
      const isSame = next.length === shown.length && next.every((output, index) => output === shown[index]);
      if (!isSame) state.patch({ outputs: next });
    },
    showError,
    handleFailure: (error) => {
      failures += 1;
      if (failures >= failuresBeforeError) showError(error);
    },
    handleMediaFlows: () => {
      failures = 0;
      clearErrors(sessionErrors);
    },
    handleMicrophoneWorks: () => clearErrors(microphoneErrors),
  };
};
