import { AppError } from '@boltorezka/protocol';
import type { VoiceErrorCode } from '../types.ts';

/** Why a voice call cannot be, or is not whole. */
export class VoiceError extends Error {
  readonly code: VoiceErrorCode;
  /** The same attempt may succeed later, unchanged. */
  readonly retryable: boolean;

  constructor(
    code: VoiceErrorCode,
    options: { cause?: unknown; retryable?: boolean; message?: string } = {},
  ) {
    super(options.message ?? sentences[code], { cause: options.cause });
    this.name = 'VoiceError';
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

const sentences: Record<VoiceErrorCode, string> = {
  MicrophoneRefused:
    'The browser does not let this page use the microphone. Allow it in the address bar, then join again.',
  MicrophoneMissing: 'No microphone was found. Plug one in, then try again.',
  MicrophoneBusy: 'The microphone does not start. Close other programs that use it, then try again.',
  InsecurePage:
    'Browsers give a microphone to secure pages only. Open this page over https, or on the server itself over localhost.',
  NoVoiceServer: 'Voice is out of service for now. Chat works; try to join again in a minute.',
  ConnectionFailed: 'Sound cannot reach the server. Check the network, a VPN or a firewall, then join again.',
  ServerRefused: 'The server did not let you into this voice room.',
};

const microphoneCodes: Record<string, VoiceErrorCode> = {
  NotAllowedError: 'MicrophoneRefused',
  SecurityError: 'MicrophoneRefused',
  NotFoundError: 'MicrophoneMissing',
  OverconstrainedError: 'MicrophoneMissing',
  NotReadableError: 'MicrophoneBusy',
  AbortError: 'MicrophoneBusy',
};

/** What `getUserMedia` threw, told by its name, for someone who wants to talk. */
export const toMicrophoneError = (cause: unknown): VoiceError => {
  if (cause instanceof VoiceError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  return new VoiceError(microphoneCodes[name] ?? 'MicrophoneBusy', { cause });
};

/** What went wrong between us and the server while a session was being built. */
export const toSessionError = (cause: unknown, isOnline: boolean): VoiceError => {
  if (cause instanceof VoiceError) return cause;
  if (!(cause instanceof AppError)) return new VoiceError('ConnectionFailed', { cause, retryable: true });
  if (cause.code === 'Unavailable') {
    return new VoiceError(isOnline ? 'NoVoiceServer' : 'ConnectionFailed', { cause, retryable: true });
  }
  const retryable = cause.retryable || cause.code === 'ServerError' || cause.code === 'NotInVoice';
  return new VoiceError('ServerRefused', { cause, retryable, message: cause.message });
};
