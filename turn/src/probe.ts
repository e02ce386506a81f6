import type { TurnCredentials } from './credentials.ts';
import { createTurnClient, type TurnAllocation, TurnRefusal } from './turn-client.ts';
import type { TurnServerAddress } from './turn-transport.ts';
import { parseTurnUrl } from './turn-url.ts';

export type ProbeOutcome = 'relays' | 'refused' | 'unreachable';

export interface ProbeReport {
  server: TurnServerAddress;
  outcome: ProbeOutcome;
  allocation?: TurnAllocation;
  /** What the relay, or the network, said. */
  error?: string;
  /** Where it was the relay: 401 unauthorized, 486 quota. */
  errorCode?: number;
  /** From the first packet to the allocation. */
  tookMs: number;
}

export interface ProbeOptions {
  /** `turn:host:port?transport=udp`, as clients get it. */
  url: string;
  credentials: TurnCredentials;
  timeoutMs?: number;
}

const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  // Several addresses of one name, each with its own failure.
  return error instanceof AggregateError ? error.errors.map(explain).join('; ') : error.message;
};

/** Asks a relay for an allocation as a client would, and gives it back at once. */
export const probeTurn = async ({ url, credentials, timeoutMs }: ProbeOptions): Promise<ProbeReport> => {
  const server = parseTurnUrl(url);
  const startedAt = performance.now();
  const tookMs = () => Math.round(performance.now() - startedAt);
  try {
    const client = await createTurnClient({
      server,
      credentials,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
    try {
      const allocation = await client.allocate();
      const report: ProbeReport = { server, outcome: 'relays', allocation, tookMs: tookMs() };
      await client.release();
      return report;
    } finally {
      client.close();
    }
  } catch (error) {
    const failure = { server, error: explain(error), tookMs: tookMs() };
    return error instanceof TurnRefusal
      ? { ...failure, outcome: 'refused', errorCode: error.code }
      : { ...failure, outcome: 'unreachable' };
  }
};
