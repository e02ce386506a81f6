import type { VoiceParticipant } from '@boltorezka/sdk';
import { expect, it } from 'vitest';
import { statusOf } from './participant-status.ts';

const anna: VoiceParticipant = {
  userId: '1',
  userName: 'Anna',
  muted: false,
  mutedByServer: false,
  deafened: false,
  state: 'connected',
};

it.each([
  [{}, true, 'speaking'],
  [{}, false, 'listening'],
  [{ muted: true }, true, 'muted'],
  [{ muted: true, mutedByServer: true }, false, 'mutedByServer'],
  [{ muted: true, deafened: true }, false, 'deafened'],
  [{ muted: true, deafened: true, state: 'reconnecting' as const }, true, 'reconnecting'],
])('a person who is %o, speaking %s, is shown as %s', (changes, speaking, status) => {
  expect(statusOf({ ...anna, ...changes }, speaking, false)).toBe(status);
});

it('a person whom I have blocked is shown as that, whatever they do', () => {
  expect(statusOf({ ...anna, muted: true }, false, true)).toBe('blocked');
  expect(statusOf(anna, true, true)).toBe('blocked');
});
