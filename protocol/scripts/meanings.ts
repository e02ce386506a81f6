import { type closeCodes, type ErrorCode, errorStatuses } from '../src/index.ts';

/** What each error code means to a client. A code without a meaning does not compile. */
export const errorMeanings: Record<ErrorCode, string> = {
  ValidationError: 'The input is not what the contract says; `issues` names each place.',
  UnknownEvent: 'v1 has no request of this type.',
  MissingToken: 'The socket was opened without `ticket` or `token`; it closes with 4001.',
  InvalidToken: "The socket's ticket or token is not valid, or its session has ended; it closes with 4002.",
  Unauthorized: 'No token, a wrong one, or a wrong email or password.',
  Forbidden: 'Known and understood, but not for this user.',
  NotFound: 'Nothing of that name or id is there, or it belongs to somebody else.',
  RoomNotFound: 'There is no room with this slug.',
  Conflict: 'It exists already, or something else happened meanwhile.',
  NoActiveRoom: 'This socket has not joined the room, or any room.',
  NotInVoice: "This socket's user is not in voice: send `voice.join` first.",
  PayloadTooLarge: 'The body is larger than 64 KiB, or the file than this server takes.',
  UnsupportedMediaType: 'The body is not JSON.',
  RateLimited: 'Too many, too fast: wait, `retryAfterMs` long where it is given.',
  ServerError: "The server's own fault; it has logged it. Says nothing more.",
  Unavailable: 'Something the server needs is away: the same request may succeed later.',
  StorageFull:
    'The server has no room left for files. Whoever runs it makes some; what needs no file goes on.',
  QuotaExceeded:
    'The files of this person take up all that one person may have: delete messages with files that nobody needs.',
};

/** What a client does about each close code. */
export const closeMeanings: Record<keyof typeof closeCodes, string> = {
  normal: 'The client left.',
  goingAway: 'The server is stopping. Connect again after `reconnectAfterMs` of `server.draining`.',
  policyViolation: 'The client broke a rule that no other code names.',
  messageTooBig: 'A message was larger than 64 KiB. Do not send it again.',
  tryAgainLater: 'The server cannot take the socket now. Connect again, with backoff.',
  missingToken: 'Neither `ticket` nor `token` in the query. Do not retry without one.',
  invalidToken: 'The token is not valid: sign in again. Of a ticket: ask for another first.',
  sessionEnded:
    'The session has ended, by itself or because somebody ended it. Renew it where it renews its tokens; else sign in again.',
  rateLimited: 'Too many frames, or too many bad ones. Connect again, with backoff.',
  replaced: 'A newer socket resumed this one. Do not reconnect.',
  slowConsumer: 'The client read too slowly. Connect again and catch up with `afterSeq`.',
};

/** These belong to the socket: REST never answers with them. */
const socketCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'UnknownEvent',
  'MissingToken',
  'InvalidToken',
  'NoActiveRoom',
  'NotInVoice',
]);

/** The error codes that a REST failure of this status may carry. */
export const restCodesOf = (status: number): string => {
  const codes = Object.entries(errorStatuses).filter(([code, codeStatus]) => {
    return codeStatus === status && !socketCodes.has(code);
  });
  return codes.map(([code]) => `\`${code}\``).join(', ');
};

/** A Markdown table; rows are cells. */
export const toTable = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
