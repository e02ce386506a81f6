import { createTcpRelay } from './tcp-relay.ts';
import { createUdpRelay } from './udp-relay.ts';
import { createWireLog, type WireEvent } from './wire.ts';

export interface PathOptions {
  serverPort: number;
  mediaPort: number;
  roundTripMs: number;
}

/** The way between one listener and the server. */
export interface Path {
  url: string;
  /** Where media goes in place of the server's own port. */
  mediaPort: number;
  /** Everything that went over it so far, in the order in which it was sent. */
  readonly events: readonly WireEvent[];
  close(): Promise<void>;
}

const host = '127.0.0.1';

/** Opens a path with the delay of a long one: TCP for the page and the realtime socket, UDP for media. */
export const openPath = async ({ serverPort, mediaPort, roundTripMs }: PathOptions): Promise<Path> => {
  const log = createWireLog();
  const tcp = await createTcpRelay({ host, serverPort, roundTripMs, log });
  const udp = await createUdpRelay({ host, serverPort: mediaPort, roundTripMs, log });
  return {
    url: `http://${host}:${tcp.port}`,
    mediaPort: udp.port,
    events: log.events,
    close: async () => {
      await Promise.all([tcp.close(), udp.close()]);
    },
  };
};
