import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to the server that can be shut: what a page sees when the server, or the network to it, is gone. */
export interface Gate {
  url: string;
  shut(): void;
  open(): void;
  /** Leads to another server from now on; who is connected stays where they are. */
  aim(targetPort: number): void;
  close(): Promise<void>;
}

/** @param host the address that it is reached at. */
export const openGate = async (firstTargetPort: number, host = '127.0.0.1'): Promise<Gate> => {
  let targetPort = firstTargetPort;
  const sockets = new Set<Socket>();
  let isShut = false;
  const server = createServer((client) => {
    if (isShut) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        target.destroy();
      });
    }
    client.pipe(target).pipe(client);
  });
  server.listen(0, host);
  await once(server, 'listening');
  const destroyAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    shut: () => {
      isShut = true;
      destroyAll();
    },
    open: () => {
      isShut = false;
    },
    aim: (port) => {
      targetPort = port;
    },
    close: async () => {
      if (!server.listening) return;
      destroyAll();
      server.close();
      await once(server, 'close');
    },
  };
};
