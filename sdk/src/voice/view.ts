import { createRecordStore, type RecordStore } from '../store.ts';
import type { VoiceErrorCode, VoiceState } from '../types.ts';
import type { VoiceError } from './errors.ts';
import { createOutputs, type RemoteSound } from './outputs.ts';

/** One failure is a hiccup; from here on the user is told why there is no sound. */
const failuresBeforeError = 2;
/** Media that flowed for less proves nothing: a session that breaks each time must not be rebuilt without a pause. */
const stableAfterMs = 5_000;

const sessionErrors: VoiceErrorCode[] = ['ConnectionFailed', 'NoVoiceServer', 'RateLimited'];
const microphoneErrors: VoiceErrorCode[] = ['MicrophoneBusy', 'MicrophoneMissing', 'MicrophoneRefused'];

/** What voice shows of itself. */
export interface VoiceView {
  readonly state: RecordStore<VoiceState>;
  /** How often in a row a session could not be built, or was built and carried nothing. */
  readonly failures: number;
  showJoining(roomSlug: string): void;
  showConnected(): void;
  showReconnecting(interruptedBy: VoiceState['interruptedBy']): void;
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
  waitingForMicrophone: false,
  muted: false,
  deafened: false,
  error: null,
  outputs: [],
  endedBecause: null,
  interruptedBy: null,
};

const toShown = ({ code, message, detail }: VoiceError): VoiceState['error'] => ({
  code,
  message,
  ...(detail && { detail }),
});

export const createVoiceView = (createMediaStream: () => MediaStream): VoiceView => {
  const state = createRecordStore(initialState);
  const outputs = createOutputs(createMediaStream);
  let failures = 0;
  let flowingSinceMs: number | null = null;
  const showError = (error: VoiceError) => state.patch({ error: toShown(error) });
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
      flowingSinceMs = null;
      const fresh = { outputs: outputs.show([]), error: null, endedBecause: null, interruptedBy: null };
      state.patch({ status: 'joining', roomSlug, ...fresh });
    },
    showConnected: () => {
      if (failures < failuresBeforeError) clearErrors(sessionErrors);
      state.patch({ status: 'connected', interruptedBy: null });
    },
    showReconnecting: (interruptedBy) => state.patch({ status: 'reconnecting', interruptedBy }),
    showIdle: ({ error, endedBecause }) => {
      const shown = error && toShown(error);
      const nothing = { roomSlug: null, outputs: outputs.show([]), interruptedBy: null };
      state.patch({ status: 'idle', ...nothing, error: shown, endedBecause });
    },
    showSounds: (sounds) => {
      const next = outputs.show(sounds);
      const shown = state.get().outputs;
      const isSame = next.length === shown.length && next.every((output, index) => output === shown[index]);
      if (!isSame) state.patch({ outputs: next });
    },
    showError,
    handleFailure: (error) => {
      const wasStable = flowingSinceMs !== null && performance.now() - flowingSinceMs >= stableAfterMs;
      flowingSinceMs = null;
      failures = wasStable ? 1 : failures + 1;
      if (failures >= failuresBeforeError) showError(error);
    },
    handleMediaFlows: () => {
      flowingSinceMs ??= performance.now();
      clearErrors(sessionErrors);
    },
    handleMicrophoneWorks: () => clearErrors(microphoneErrors),
  };
};
