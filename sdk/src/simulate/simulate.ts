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

/**
 * Hurts this client in one of the ways in which networks and servers fail, for those who build on the sdk to see what they
 * and their people would. Nobody else is hurt.
 * @returns when what was done is over; coming back from it may take longer.
 */
export const createSimulate = (deps: SimulateDeps) => {
  const { line, voice, wake, signal } = deps;
  const active = new Set<Outage>();
  let isReachable = true;
  const isUnder = (...kinds: Outage['kind'][]) => [...active].some(({ kind }) => kinds.includes(kind));
  /** As all that is under way has it together. */
  const settle = () => {
    line.isServerHelpless = isUnder('unavailable');
    const isCutOff = isUnder('blackHole', 'sleep');
    if (isUnder('serverGone')) line.set('refused');
    else line.set(isCutOff ? 'blocked' : 'open');
    if (isReachable === !isCutOff) return;
    isReachable = !isCutOff;
    // A call that is left in this moment may have no track to change, and never answer.
    voice.setReachable(isReachable).catch(() => undefined);
  };
  return async (failure: Failure): Promise<void> => {
    if (!('durationMs' in failure)) return hurtOnce(deps, failure.kind);
    const outage = { ...failure };
    active.add(outage);
    settle();
    await sleep(outage.durationMs, signal);
    active.delete(outage);
    // The server has given up whoever slept.
    if (outage.kind === 'sleep') line.cut();
    settle();
    if (outage.kind === 'sleep') wake();
  };
};
