import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { PublishedPort } from './compose.ts';

interface Published {
  close: () => Promise<void>;
}

/** Hands what comes to a published port on to the container, as an engine's proxy does. */
export const publishPort = (port: PublishedPort, containerAddress: string): Promise<Published> =>
  port.protocol === 'tcp' ? publishTcp(port, containerAddress) : publishUdp(port, containerAddress);

/** Every sender gets a socket of its own towards the container, by which answers find their way back. */
const publishUdp = async (
  { hostAddress, hostPort, containerPort }: PublishedPort,
  containerAddress: string,
): Promise<Published> => {
  const near = createSocket('udp4');
  const senders = new Map<string, DatagramSocket>();
  near.on('message', (message, { address, port }) => {
    const sender = `${address}:${port}`;
    const far = senders.get(sender) ?? createSocket('udp4');
    if (!senders.has(sender)) {
      senders.set(sender, far);
      far.on('message', (answer) => near.send(answer, port, address));
    }
    far.send(message, containerPort, containerAddress);
  });
  near.bind(hostPort, hostAddress);
  await once(near, 'listening');
  return {
    close: async () => {
      for (const socket of [near, ...senders.values()]) socket.close();
    },
  };
};

const publishTcp = async (
  { hostAddress, hostPort, containerPort }: PublishedPort,
  containerAddress: string,
): Promise<Published> => {
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(containerPort, containerAddress);
    for (const socket of [near, far]) {
      sockets.add(socket);
      // What one end loses, the other learns by its own end.
      socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    }
    near.pipe(far).pipe(near);
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
  });
  server.listen(hostPort, hostAddress);
  await once(server, 'listening');
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
};
