import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, isIPv6, type Socket } from 'node:net';
import {
  type MediaEvent,
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
  /** How long the peers of a signaling process that is gone are kept. */
  ownerGraceMs?: number;
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

interface LinksDeps {
  media: MediaPort;
  node: Omit<MediaHello, 'workers'>;
  owners: Owners;
  log: Logger;
}

/** Seats are held as long. */
const defaultOwnerGraceMs = 90_000;

/** People are shown as away within three seconds of their server's end. */
const ownerAwayAfterMs = 1_000;

/** What happens to a peer's ears is for the process that speaks for it; everything else is for all. */
const isForOwner = ({ type }: MediaEvent): boolean =>
  type === 'media.consumerAdded' || type === 'media.consumerClosed';

/** The open links of a node: each greeted first, then told who is there, then every event. */
class Links {
  readonly #open = new Map<NodeLink, string>();
  readonly #deps: LinksDeps;
  readonly #answer: ReturnType<typeof createAnswer>;

  constructor(deps: LinksDeps) {
    this.#deps = deps;
    this.#answer = createAnswer(deps.media, deps.log);
  }

  async add(ws: WebSocket, { address, ownerId }: LinkOrigin): Promise<void> {
    const log = this.#deps.log.child({ address });
    const ownership = this.#deps.owners.open(ownerId);
    const onClosed = () => {
      this.#open.delete(link);
      ownership.release();
    };
    const answer = async (request: MediaLinkRequest) => {
      ownership.note(request);
      const { frame: text, isDone } = await this.#answer(request);
      if (!isDone) ownership.takeBack(request);
      return text;
    };
    const link: NodeLink = openNodeLink({ ws, answer, onClosed, log });
    try {
      await this.#greet(link);
      if (ws.readyState !== ws.OPEN) return;
      this.#open.set(link, ownerId);
      log.info('link opened');
    } catch (error) {
      log.warn({ err: error }, 'a link could not be greeted');
      link.close();
    }
  }

  tell(event: MediaEvent): void {
    const { owners } = this.#deps;
    if (event.type === 'media.peerLeft') owners.forget(event.payload);
    else if (event.type === 'media.peersLost')
      for (const peerId of event.payload.peerIds) owners.forget({ roomId: event.payload.roomId, peerId });
    const text = frame(event.type, event.payload);
    const onlyFor =
      isForOwner(event) && 'peerId' in event.payload ? owners.ownerIdOf(event.payload) : undefined;
    for (const [link, ownerId] of this.#open)
      if (onlyFor === undefined || onlyFor === ownerId) link.send(text);
  }

  close(): void {
    for (const link of this.#open.keys()) link.close();
  }

  /** Who is there is read last: whatever changes after it is told as an event. */
  async #greet(link: NodeLink): Promise<void> {
    const { media, node } = this.#deps;
    const workers = await countWorkers(media);
    const { peers } = await media.request('media.getPeers', {});
    link.send(frame('media.hello', { ...node, workers }));
    for (const peer of peers) link.send(frame('media.peerChanged', peer));
    link.send(frame('media.peersTold', {}));
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
  const graceMs = options.ownerGraceMs ?? defaultOwnerGraceMs;
  const awayAfterMs = Math.min(ownerAwayAfterMs, graceMs);
  const owners = new Owners({ media, graceMs, awayAfterMs, log });
  const node = { nodeId, startedAt, routerRtpCapabilities };
  const links = new Links({ media, node, owners, log });
  openDoor(server, { secret, isClosing, onLink: (ws, from) => void links.add(ws, from), log });
  const url = await listen(server, options);
  const unsubscribe = media.subscribe((event) => links.tell(event));
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
