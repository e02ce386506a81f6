import type { VoiceState } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { noticeTextKeys } from './notice-text.ts';

const idle: VoiceState = {
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
const failed = { code: 'ConnectionFailed', message: '' } as const;
const missing = { code: 'MicrophoneMissing', message: '' } as const;

it.each<[string, Partial<VoiceState>, string[]]>([
  ['nothing is wrong', {}, []],
  ['the seat moved', { endedBecause: 'moved' }, ['voice.moved']],
  ['a former call moved and another is on', { status: 'joining', endedBecause: 'moved' }, []],
  [
    'a call did not begin',
    { error: failed },
    ['what', 'todo'].map((end) => `voice.errors.ConnectionFailed.${end}`),
  ],
  [
    'a call is coming back',
    { status: 'reconnecting', error: failed },
    ['voice.errors.ConnectionFailed.what', 'voice.retrying'],
  ],
  [
    'a call has lost its microphone',
    { status: 'connected', error: missing },
    ['voice.errors.MicrophoneMissing.what', 'voice.unheard'],
  ],
  [
    'another microphone cannot be had',
    { status: 'connected', error: { ...missing, detail: 'otherMicrophone' } },
    ['voice.errors.MicrophoneMissing.what', 'voice.otherMicrophone'],
  ],
  [
    'there is no relay',
    { error: { ...failed, detail: 'noRelay' } },
    ['voice.noRelay.what', 'voice.noRelay.todo'],
  ],
])('where %s, the page says so and what to do', (_what, state, expected) => {
  expect(noticeTextKeys({ ...idle, ...state })).toEqual(expected);
});
