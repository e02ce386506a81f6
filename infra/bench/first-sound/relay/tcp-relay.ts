import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createDelayLine, systemClock } from './delay-line.ts';
import { createStreamReader } from './stream-reader.ts';
import { markDelivered, type WireEvent, type WireLog } from './wire.ts';

export interface RelayOptions {
  host: string;
  serverPort: number;
  roundTripMs: number;
  log: WireLog;
}

export interface Relay {
  port: number;
  close(): Promise<void>;
}

/** Bytes and what they say; without bytes, the end of the stream. */
interface Cargo {
  chunk: Buffer | null;
  events: WireEvent[];
}

interface Ends {
  from: Socket;
  to: Socket;
}

const createDirection = (delayMs: number, { from, to }: Ends, read: (chunk: Buffer) => WireEvent[]) => {
  const line = createDelayLine<Cargo>({
    delayMs,
    clock: systemClock,
    deliver: ({ chunk, events }) => {
      markDelivered(events);
      if (chunk) to.write(chunk);
      else to.end();
    },
  });
  from.on('data', (chunk) => line.push({ chunk, events: read(chunk) }));
  from.on('end', () => line.push({ chunk: null, events: [] }));
  return line;
};

/**
 * The handshake of TCP ends at the relay at once; it is written down as it would be on a path this long.
 * @returns when it would be over, wall time.
 */
const noteHandshake = ({ log, roundTripMs }: RelayOptions, flow: string): number => {
  const syn = log.note({ protocol: 'tcp', label: 'SYN' }, { flow, up: true });
  syn.deliveredAtMs = syn.sentAtMs + roundTripMs / 2;
  const answer = log.note({ protocol: 'tcp', label: 'SYN-ACK' }, { flow, up: false });
  answer.sentAtMs = syn.deliveredAtMs;
  answer.deliveredAtMs = syn.sentAtMs + roundTripMs;
  return answer.deliveredAtMs;
};

const relayConnection = (client: Socket, options: RelayOptions, flow: string): Socket => {
  const { host, serverPort, roundTripMs, log } = options;
  const server = connect({ host, port: serverPort, noDelay: true, allowHalfOpen: true });
  const reader = createStreamReader();
  const openAtMs = noteHandshake(options, flow);
  const note = (chunk: Buffer, up: boolean) =>
    reader.read(chunk, up).map((message) => {
      const event = log.note(message, { flow, up });
      event.sentAtMs = Math.max(event.sentAtMs, openAtMs);
      return event;
    });
  const delayMs = roundTripMs / 2;
  const up = createDirection(delayMs, { from: client, to: server }, (chunk) => note(chunk, true));
  const down = createDirection(delayMs, { from: server, to: client }, (chunk) => note(chunk, false));
  // The client's first bytes would not have left before the handshake was over.
  up.holdFor(roundTripMs + delayMs);
  const close = () => {
    up.close();
    down.close();
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) {
    socket.on('error', close);
    socket.on('close', () => {
      if (client.closed && server.closed) close();
    });
  }
  return server;
};

/** A path for HTTP and the realtime socket: half of the round trip in each direction, order kept. */
export const createTcpRelay = async (options: RelayOptions): Promise<Relay> => {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    connections += 1;
    sockets.add(client).add(relayConnection(client, options, `tcp ${connections}`));
  });
  server.listen(0, options.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The relay has no port');
  return {
    port: address.port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
