import type { VoiceState } from '@boltorezka/sdk';

type VoiceError = NonNullable<VoiceState['error']>;
type Code = VoiceError['code'];

type NoticeKey =
  | `voice.errors.${Code}.${'what' | 'todo'}`
  | `voice.noRelay.${'what' | 'todo'}`
  | 'voice.retrying'
  | 'voice.unheard'
  | 'voice.otherMicrophone'
  | 'voice.moved'
  | 'voice.removed';

const microphoneCodes: readonly Code[] = ['MicrophoneRefused', 'MicrophoneMissing', 'MicrophoneBusy'];

const advice = ({ code, detail }: VoiceError, status: VoiceState['status']): NoticeKey => {
  if (detail === 'otherMicrophone') return 'voice.otherMicrophone';
  if (status === 'idle') return `voice.errors.${code}.todo`;
  // Who is in the call, or on the way back to it, must not be told to join it.
  return microphoneCodes.includes(code) ? 'voice.unheard' : 'voice.retrying';
};

/** What the page says of a call that did not begin, has ended or is not whole: what happened, then what to do. */
export const noticeTextKeys = ({ status, error, endedBecause }: VoiceState): NoticeKey[] => {
  if (error?.detail === 'noRelay') return ['voice.noRelay.what', 'voice.noRelay.todo'];
  if (error) return [`voice.errors.${error.code}.what`, advice(error, status)];
  return status === 'idle' && endedBecause ? [`voice.${endedBecause}`] : [];
};
