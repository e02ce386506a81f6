import { type Logger, pino } from 'pino';

/** Whatever slips into a log line under these names is replaced: tokens, SDP and chat text never reach a log. */
export const redactedPaths = [
  'token',
  'resumeToken',
  'password',
  'credential',
  'text',
  'sdp',
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  '*.token',
  '*.resumeToken',
  '*.password',
  '*.credential',
  '*.text',
  '*.sdp',
];

export const createLogger = (level: string): Logger =>
  pino({ level, redact: { paths: redactedPaths, censor: '[redacted]' } });

export type { Logger };
