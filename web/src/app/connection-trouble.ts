import type { ConnectionState } from '@boltorezka/sdk';

export type ConnectionTrouble = 'connecting' | 'offline' | 'reconnecting' | 'inCall' | 'serverGone';

/** A server that restarts is back within the first attempts; one that stays away longer deserves other words. */
const attemptsUntilGone = 4;

/** What to tell of the connection; null while all is well. */
export const troubleOf = (
  { status, attempt }: Pick<ConnectionState, 'status' | 'attempt'>,
  deviceOnline: boolean,
  callGoesOn = false,
): ConnectionTrouble | null => {
  if (status === 'online') return null;
  // Who is heard needs to know nothing else, least of all that a device calls itself offline.
  if (callGoesOn) return 'inCall';
  if (!deviceOnline) return 'offline';
  if (status === 'connecting' && attempt === 0) return 'connecting';
  return attempt >= attemptsUntilGone ? 'serverGone' : 'reconnecting';
};
