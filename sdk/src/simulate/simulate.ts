import { sleep } from '../backoff.ts';
import type { Failure } from '../types.ts';
import type { Line } from './line.ts';

/** What of the client is hurt. */
export interface SimulateDeps {
  line: Line;
  /** The socket is looked at, as when somebody opens the lid. */
  wake: () => void;
  voice: {
    handleNetworkChange(): void;
    /** The media behind the seat is gone, as the server would tell. */
    loseMedia(): void;
    /** Nothing gets through to the media server, or everything again. */
    setReachable(isReachable: boolean): Promise<void>;
  };
  /** Ends with the client. */
  signal: AbortSignal;
}

type Outage = Extract<Failure, { durationMs: number }>;

const hurtOnce = ({ line, voice }: SimulateDeps, kind: Exclude<Failure, Outage>['kind']): void => {
  if (kind === 'mediaLost') return voice.loseMedia();
  line.cut();
  if (kind === 'networkChange') voice.handleNetworkChange();
};

const begin = async ({ line, voice }: SimulateDeps, { kind }: Outage): Promise<void> => {
  if (kind === 'unavailable') line.isServerHelpless = true;
  else line.set(kind === 'serverGone' ? 'refused' : 'blocked');
  if (kind === 'blackHole' || kind === 'sleep') await voice.setReachable(false);
};

const end = async ({ line, voice, wake }: SimulateDeps, { kind }: Outage): Promise<void> => {
  line.isServerHelpless = false;
  // The server has given up whoever slept.
  if (kind === 'sleep') line.cut();
  line.set('open');
  if (kind === 'blackHole' || kind === 'sleep') await voice.setReachable(true);
  if (kind === 'sleep') wake();
};

/**
 * Hurts this client in one of the ways in which networks and servers fail, for those who build on the sdk to see what they
 * and their people would. Nobody else is hurt.
 * @returns when what was done is over; coming back from it may take longer.
 */
export const createSimulate =
  (deps: SimulateDeps) =>
  async (failure: Failure): Promise<void> => {
    if (!('durationMs' in failure)) return hurtOnce(deps, failure.kind);
    await begin(deps, failure);
    await sleep(failure.durationMs, deps.signal);
    await end(deps, failure);
  };
