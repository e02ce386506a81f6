import { AppError } from '@boltorezka/protocol';
import type { VoiceErrorCode, VoiceErrorDetail } from '../types.ts';

interface VoiceErrorOptions {
  cause?: unknown;
  retryable?: boolean;
  retryAfterMs?: number;
  message?: string;
  detail?: VoiceErrorDetail;
}

/** Why a voice call cannot be, or is not whole. */
export class VoiceError extends Error {
  readonly code: VoiceErrorCode;
  /** The same attempt may succeed later, unchanged. */
  readonly retryable: boolean;
  /** The server said when. */
  readonly retryAfterMs: number;
  readonly detail: VoiceErrorDetail | undefined;

  constructor(code: VoiceErrorCode, options: VoiceErrorOptions = {}) {
    super(options.message ?? sentences[code], { cause: options.cause });
    this.name = 'VoiceError';
    this.code = code;
    this.retryable = options.retryable ?? false;
    this.retryAfterMs = options.retryAfterMs ?? 0;
    this.detail = options.detail;
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
  ConnectionFailed: 'Sound cannot reach the server. Check the network, a VPN or a firewall.',
  RateLimited: 'Voice was joined too often in a short time. Wait a minute, then join again.',
  ServerRefused: 'The server did not let you into this voice room.',
};

/** The person sits elsewhere by now: this client has no seat to come back to. */
export class SeatMovedError extends Error {}

/** Only a relay may be used, and the server named none. */
export const createNoRelayError = (): VoiceError =>
  new VoiceError('ConnectionFailed', {
    detail: 'noRelay',
    message: 'This server has no relay. Let calls connect without one, then join again.',
  });

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

/** The microphone that was wished for cannot be had; another one is heard. */
export const createOtherMicrophoneError = (cause: unknown): VoiceError => {
  const { code, message } = toMicrophoneError(cause);
  return new VoiceError(code, { cause, message, detail: 'otherMicrophone' });
};

/** What went wrong between us and the server while a session was being built. */
export const toSessionError = (cause: unknown, isOnline: boolean): VoiceError => {
  if (cause instanceof VoiceError) return cause;
  if (!(cause instanceof AppError)) return new VoiceError('ConnectionFailed', { cause, retryable: true });
  if (cause.code === 'Unavailable') {
    return new VoiceError(isOnline ? 'NoVoiceServer' : 'ConnectionFailed', { cause, retryable: true });
  }
  if (cause.code === 'RateLimited') {
    const { retryAfterMs = 0 } = cause;
    return new VoiceError('RateLimited', { cause, retryable: true, retryAfterMs });
  }
  const retryable = cause.retryable || cause.code === 'ServerError' || cause.code === 'NotInVoice';
  return new VoiceError('ServerRefused', { cause, retryable, message: cause.message });
};
