import { limits } from '@boltorezka/protocol';
import type { BackoffLimits } from './backoff.ts';

interface HeartbeatTimes {
  intervalMs: number;
  timeoutMs: number;
}

export interface Pace {
  /** Null: as the server says. */
  heartbeat: HeartbeatTimes | null;
  handshakeTimeoutMs: number;
  backoff: BackoffLimits;
}

/** Until the server has said otherwise. */
export const defaultHeartbeat = {
  intervalMs: limits.heartbeatIntervalMs,
  timeoutMs: limits.heartbeatTimeoutMs,
};

/** How soon a dead socket is found, and how patiently another is tried for. */
export const paces = {
  calm: { heartbeat: null, handshakeTimeoutMs: 10_000, backoff: { baseMs: 250, maxMs: 10_000 } },
  // A lost SYN is sent again after one second and after three (RFC 6298): later attempts would wait for that.
  urgent: {
    heartbeat: { intervalMs: 1_000, timeoutMs: 2_000 },
    handshakeTimeoutMs: 2_500,
    backoff: { baseMs: 250, maxMs: 1_000 },
  },
} as const satisfies Record<string, Pace>;
