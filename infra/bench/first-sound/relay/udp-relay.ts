import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readDatagram } from './datagram.ts';
import { createDelayLine, systemClock } from './delay-line.ts';
import type { Relay, RelayOptions } from './tcp-relay.ts';
import { markDelivered, type WireEvent } from './wire.ts';

interface Cargo {
  packet: Buffer;
  event: WireEvent;
}

interface Direction {
  push(packet: Buffer): void;
  close(): void;
}

const createDirection = (
  { log, roundTripMs }: RelayOptions,
  where: { flow: string; up: boolean },
  send: (packet: Buffer) => void,
): Direction => {
  const line = createDelayLine<Cargo>({
    delayMs: roundTripMs / 2,
    clock: systemClock,
    deliver: ({ packet, event }) => {
      markDelivered([event]);
      send(packet);
    },
  });
  return {
    push: (packet) => line.push({ packet, event: log.note(readDatagram(packet), where) }),
    close: () => line.close(),
  };
};

/** An address of the listener, which the server sees as a socket of its own. */
interface Session {
  push(packet: Buffer): void;
  close(): void;
}

const openSession = (listening: Socket, client: RemoteInfo, options: RelayOptions): Session => {
  const { host, serverPort } = options;
  const flow = `udp ${client.port}`;
  const server = createSocket('udp4');
  let closed = false;
  const down = createDirection(options, { flow, up: false }, (packet) => {
    if (!closed) listening.send(packet, client.port, client.address);
  });
  const up = createDirection(options, { flow, up: true }, (packet) => {
    if (!closed) server.send(packet, serverPort, host);
  });
  server.on('message', (packet) => down.push(packet));
  // A refused port is the server's answer to a datagram, and as good as none.
  server.on('error', () => undefined);
  return {
    push: (packet) => up.push(packet),
    close: () => {
      if (closed) return;
      closed = true;
      up.close();
      down.close();
      server.close();
    },
  };
};

/** A path for media, with the same delay; every address of the listener gets one of its own towards the server. */
export const createUdpRelay = async (options: RelayOptions): Promise<Relay> => {
  const sessions = new Map<string, Session>();
  const socket = createSocket('udp4');
  socket.on('message', (packet, client) => {
    const key = `${client.address}:${client.port}`;
    const session = sessions.get(key) ?? openSession(socket, client, options);
    sessions.set(key, session);
    session.push(packet);
  });
  socket.bind(0, options.host);
  await once(socket, 'listening');
  const { port } = socket.address();
  let closing: Promise<void> | undefined;
  const closeAll = async () => {
    for (const session of sessions.values()) session.close();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  };
  return {
    port,
    close: () => {
      closing ??= closeAll();
      return closing;
    },
  };
};
