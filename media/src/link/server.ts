import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import { type MediaHello, type MediaPort, protocolVersion } from '@boltorezka/protocol';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { createAnswer } from './answer.ts';
import { openDoor } from './door.ts';
import { type NodeLink, openNodeLink } from './node-link.ts';
import { countWorkers, createProbes } from './probes.ts';

export interface MediaLinkServerOptions {
  media: MediaPort;
  /** Made anew by each start of the node: whoever comes back sees by it whether its rooms are still there. */
  nodeId: string;
  /** Shared with signaling. */
  secret: string;
  host: string;
  /** 0: any that is free. */
  port: number;
  /** PEM. Without it the secret and the parameters of calls travel in the clear. */
  tls?: { cert: string; key: string } | undefined;
  log: Logger;
}

export interface MediaLinkServer {
  /** `ws://` or `wss://`, without the path. */
  readonly url: string;
  /** Lets nobody in any more and closes every link. The node is the caller's to close, after this. */
  close(): Promise<void>;
}

const frame = (type: string, payload: unknown): string =>
  JSON.stringify({ v: protocolVersion, type, payload });

/** The open links of a node: each greeted first, then told every event. */
class Links {
  readonly #open = new Set<NodeLink>();
  readonly #media: MediaPort;
  readonly #log: Logger;
  readonly #answer: ReturnType<typeof createAnswer>;
  readonly #node: Omit<MediaHello, 'workers'>;

  constructor(media: MediaPort, node: Omit<MediaHello, 'workers'>, log: Logger) {
    this.#media = media;
    this.#node = node;
    this.#log = log;
    this.#answer = createAnswer(media, log);
  }

  async add(ws: WebSocket, address: string): Promise<void> {
    const log = this.#log.child({ address });
    const onClosed = () => this.#open.delete(link);
    const link: NodeLink = openNodeLink({ ws, answer: this.#answer, onClosed, log });
    try {
      link.send(frame('media.hello', { ...this.#node, workers: await countWorkers(this.#media) }));
      if (ws.readyState !== ws.OPEN) return;
      this.#open.add(link);
      log.info('link opened');
    } catch (error) {
      log.warn({ err: error }, 'a link could not be greeted');
      link.close();
    }
  }

  tell(text: string): void {
    for (const link of this.#open) link.send(text);
  }

  close(): void {
    for (const link of this.#open) link.close();
  }
}

const listen = async (server: Server, { host, port, tls }: MediaLinkServerOptions): Promise<string> => {
  server.listen({ host, port });
  await once(server, 'listening');
  const name = isIPv6(host) ? `[${host}]` : host;
  return `${tls ? 'wss' : 'ws'}://${name}:${(server.address() as AddressInfo).port}`;
};

/** How long links may take to end, and whatever else is connected. */
const closeTimeoutMs = 1_000;

/** Closes the server with every connection to it, those too that never became a request. */
const createServerClose = (server: Server) => {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async (): Promise<void> => {
    const timer = setTimeout(() => {
      for (const socket of sockets) socket.destroy();
    }, closeTimeoutMs);
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    clearTimeout(timer);
  };
};

/**
 * Makes a media node reachable for signaling processes. It listens when this resolves.
 * @throws Error where the port is taken.
 */
export const createMediaLinkServer = async (options: MediaLinkServerOptions): Promise<MediaLinkServer> => {
  const { media, nodeId, secret, tls, log } = options;
  const startedAt = new Date().toISOString();
  const { routerRtpCapabilities } = await media.request('media.getCapabilities', {});
  let closing: Promise<void> | undefined;
  const isClosing = () => closing !== undefined;
  const handleRequest = createProbes(media, isClosing);
  const server = tls ? createHttpsServer(tls, handleRequest) : createHttpServer(handleRequest);
  const closeServer = createServerClose(server);
  const links = new Links(media, { nodeId, startedAt, routerRtpCapabilities }, log);
  openDoor(server, { secret, isClosing, onLink: (ws, address) => void links.add(ws, address), log });
  const url = await listen(server, options);
  const unsubscribe = media.subscribe(({ type, payload }) => links.tell(frame(type, payload)));
  const close = async (): Promise<void> => {
    unsubscribe();
    links.close();
    await closeServer();
  };
  return {
    url,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
