import type { VoiceParticipant } from '@boltorezka/sdk';

export type ParticipantStatus =
  | 'blocked'
  | 'reconnecting'
  | 'deafened'
  | 'mutedByServer'
  | 'muted'
  | 'speaking'
  | 'listening';

/** Of all that is true of a person in a call, the one thing that matters most to the others. */
export const statusOf = (
  participant: VoiceParticipant,
  speaking: boolean,
  isBlocked: boolean,
): ParticipantStatus => {
  // Whatever they do, I do not hear it.
  if (isBlocked) return 'blocked';
  if (participant.state === 'reconnecting') return 'reconnecting';
  if (participant.deafened) return 'deafened';
  if (participant.mutedByServer) return 'mutedByServer';
  if (participant.muted) return 'muted';
  return speaking ? 'speaking' : 'listening';
};
