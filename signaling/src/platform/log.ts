import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** Whatever slips into a log line under these names is replaced: tokens, SDP and chat text never reach a log. */
export const redactedPaths = [
  'token',
  'resumeToken',
  'refreshToken',
  'ticket',
  'password',
  'refresh_token',
  'current_password',
  'new_password',
  'passwordHash',
  'credential',
  'text',
  'sdp',
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  '*.token',
  '*.resumeToken',
  '*.refreshToken',
  '*.ticket',
  '*.password',
  '*.refresh_token',
  '*.current_password',
  '*.new_password',
  '*.passwordHash',
  '*.credential',
  '*.text',
  '*.sdp',
  // What cannot be read of a request holds its headers, and its address.
  'err.rawPacket',
  // PostgreSQL repeats the row that it refuses.
  'err.detail',
  'err.where',
  // Redis' refusals repeat the command, which may be AUTH.
  'err.command.args',
  'err.aggregateErrors[*].command.args',
];

/** Lines of JSON for machines; on a terminal, lines for people. */
export const createLogger = (level: string, { isTerminal = false } = {}): Logger => {
  const options = { level, redact: { paths: redactedPaths, censor: '[redacted]' } };
  if (!isTerminal) return pino(options);
  return pino(options, pretty({ ignore: 'pid,hostname', translateTime: 'HH:MM:ss', sync: true }));
};

export type { Logger };
