import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import {
  type MediaHello,
  type MediaLinkRequest,
  type MediaPort,
  protocolVersion,
} from '@boltorezka/protocol';
import type { Logger } from 'pino';
import type { WebSocket } from 'ws';
import { createAnswer } from './answer.ts';
import { type LinkOrigin, openDoor } from './door.ts';
import { type NodeLink, openNodeLink } from './node-link.ts';
import { Owners } from './owners.ts';
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
  /** How long the peers of a signaling process that is gone are kept; a little longer than its seats. */
  ownerGraceMs?: number;
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

interface LinksDeps {
  media: MediaPort;
  node: Omit<MediaHello, 'workers'>;
  owners: Owners;
  log: Logger;
}

/** Seats are held for 90 s. */
const defaultOwnerGraceMs = 100_000;

/** The open links of a node: each greeted first, then told every event. */
class Links {
  readonly #open = new Set<NodeLink>();
  readonly #media: MediaPort;
  readonly #log: Logger;
  readonly #answer: ReturnType<typeof createAnswer>;
  readonly #node: Omit<MediaHello, 'workers'>;

  readonly #owners: Owners;

  constructor({ media, node, owners, log }: LinksDeps) {
    this.#media = media;
    this.#owners = owners;
    this.#node = node;
    this.#log = log;
    this.#answer = createAnswer(media, log);
  }

  async add(ws: WebSocket, { address, ownerId }: LinkOrigin): Promise<void> {
    const log = this.#log.child({ address });
    const ownership = this.#owners.open(ownerId);
    const onClosed = () => {
      this.#open.delete(link);
      ownership.release();
    };
    const answer = (request: MediaLinkRequest) => {
      ownership.note(request);
      return this.#answer(request);
    };
    const link: NodeLink = openNodeLink({ ws, answer, onClosed, log });
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
  const owners = new Owners({ media, graceMs: options.ownerGraceMs ?? defaultOwnerGraceMs, log });
  const node = { nodeId, startedAt, routerRtpCapabilities };
  const links = new Links({ media, node, owners, log });
  openDoor(server, { secret, isClosing, onLink: (ws, from) => void links.add(ws, from), log });
  const url = await listen(server, options);
  const unsubscribe = media.subscribe(({ type, payload }) => links.tell(frame(type, payload)));
  const close = async (): Promise<void> => {
    unsubscribe();
    links.close();
    await closeServer();
    owners.close();
  };
  return {
    url,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
};
