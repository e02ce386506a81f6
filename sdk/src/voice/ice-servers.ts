import type { IceServer } from '@boltorezka/protocol';
import { sleep } from '../backoff.ts';
import { describeFailure } from '../failures.ts';
import type { Log } from '../types.ts';

export interface IceServersDeps {
  /** Those that the transports began with. */
  iceServers: IceServer[];
  request: () => Promise<{ iceServers: IceServer[] }>;
  /** Takes them for whatever way is looked for next. */
  apply: (iceServers: IceServer[]) => Promise<void>;
  log: Log;
}

/** Keeps the credentials of a call's relays fresh: they live minutes, a call lives longer. */
export interface IceServersKeeper {
  /** The server has told of them beside something else. */
  update(iceServers: IceServer[]): void;
  close(): void;
}

/** A server's credentials live ten minutes unless it was told otherwise; what fails is tried again well before their end. */
const refreshMs = 180_000;

export const createIceServersKeeper = ({
  iceServers,
  request,
  apply,
  log,
}: IceServersDeps): IceServersKeeper => {
  const closing = new AbortController();
  const update = (next: IceServer[]) => {
    if (closing.signal.aborted || next.length === 0) return;
    // Firefox can change them for no connection that stands.
    apply(next).catch((error: unknown) => {
      const fields = { name: error instanceof Error ? error.name : 'unknown' };
      log({ level: 'debug', message: 'ICE servers could not be changed', fields });
    });
  };
  const run = async () => {
    for (;;) {
      await sleep(refreshMs, closing.signal);
      if (closing.signal.aborted) return;
      await request().then(
        (answer) => update(answer.iceServers),
        (error: unknown) =>
          log({ level: 'debug', message: 'No fresh ICE servers', fields: describeFailure(error) }),
      );
    }
  };
  if (iceServers.some(({ credential }) => credential !== undefined)) void run();
  return { update, close: () => closing.abort() };
};
