import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface TcpProxy {
  port: number;
  /** Bytes stay where they are, and nobody is told: a cable that was pulled out. */
  pause(direction?: 'to-client'): void;
  /** The same of one connection, by the port that its target sees. The others pass. */
  pauseOne(port: number): void;
  /** Whatever was held back comes at once. */
  resume(): void;
  /** Ends every connection; the next ones pass. */
  cut(): void;
  /** Ends every connection, and each new one at once. */
  refuse(): void;
  close(): Promise<void>;
}

/** A wire that can fail in the ways that wires fail. */
export const startTcpProxy = async (targetPort: number): Promise<TcpProxy> => {
  const pairs = new Set<{ client: Socket; target: Socket }>();
  let isPaused = false;
  let isRefusing = false;
  const server = createServer((client) => {
    if (isRefusing) {
      client.destroy();
      return;
    }
    const target = connect(targetPort, '127.0.0.1');
    const pair = { client, target };
    pairs.add(pair);
    const end = () => {
      client.destroy();
      target.destroy();
      pairs.delete(pair);
    };
    for (const [from, to] of [
      [client, target],
      [target, client],
    ] as const) {
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', end);
      from.on('close', end);
      if (isPaused) from.pause();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isPaused = false;
    isRefusing = false;
    for (const { client } of [...pairs]) client.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    pause: (direction) => {
      isPaused = true;
      for (const { client, target } of pairs) {
        target.pause();
        if (direction === undefined) client.pause();
      }
    },
    pauseOne: (port) => {
      for (const { client, target } of pairs) {
        if (target.localPort !== port) continue;
        target.pause();
        client.pause();
      }
    },
    resume: () => {
      isPaused = false;
      for (const { client, target } of pairs) {
        target.resume();
        client.resume();
      }
    },
    cut,
    refuse: () => {
      cut();
      isRefusing = true;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
  };
};
