import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createMediaLinkServer, type MediaLinkServerOptions } from '@boltorezka/media';
import { type MediaPort, mediaLinkPath } from '@boltorezka/protocol';
import { type ClientOptions, WebSocket } from 'ws';
import { startNode, watchEvents } from '../../media/test/port.ts';
import { createRemoteMedia, type RemoteMedia } from '../src/media-link/index.ts';
import type { LinkState, RemoteMediaOptions } from '../src/media-link/remote-media-types.ts';
import { quietLog } from './log.ts';
import { startTcpProxy } from './tcp-proxy.ts';

/** As `createAppData` has it. */
export const ownerId = 'a-signaling-process';

export const secret = 'a-secret-of-the-tests-alone';

export interface LinkedNode {
  node: MediaPort;
  url: string;
  port: number;
  close(): Promise<void>;
}

/** A real node with a real link server. */
export const startLinkedNode = async (
  overrides: Partial<MediaLinkServerOptions> = {},
): Promise<LinkedNode> => {
  const node = await startNode({ workerCount: 1 });
  const server = await createMediaLinkServer({
    media: node,
    nodeId: randomUUID(),
    secret,
    host: '127.0.0.1',
    port: 0,
    log: quietLog,
    ...overrides,
  });
  const close = async () => {
    await server.close();
    await node.close();
  };
  return { node, url: server.url, port: Number(new URL(server.url).port), close };
};

/** Signaling's end, once it is up; with what became of its link. */
export const openRemote = async (
  url: string,
  overrides: Partial<RemoteMediaOptions> = {},
): Promise<RemoteMedia & { nextLink: () => Promise<LinkState> }> => {
  const remote = createRemoteMedia({ url, secret, ownerId, log: quietLog, ...overrides });
  const states: LinkState[] = [];
  const waiting: ((state: LinkState) => void)[] = [];
  remote.onLink((state) => {
    const wait = waiting.shift();
    if (wait) wait(state);
    else states.push(state);
  });
  const nextLink = async () => states.shift() ?? new Promise<LinkState>((resolve) => waiting.push(resolve));
  try {
    await remote.ready();
  } catch (error) {
    await remote.close();
    throw error;
  }
  await nextLink();
  return Object.assign(remote, { nextLink });
};

interface Frame {
  type: string;
  requestId?: string;
  load?: unknown;
  payload: Record<string, unknown>;
}

/** A link that says what it likes. */
export const openRawLink = async (url: string, options: ClientOptions = {}) => {
  const ws = new WebSocket(new URL(mediaLinkPath, url), {
    headers: { authorization: `Bearer ${secret}` },
    ...options,
  });
  const frames: Frame[] = [];
  const waiting = new Set<() => void>();
  ws.on('message', (data) => {
    frames.push(JSON.parse(data.toString()));
    for (const look of waiting) look();
  });
  ws.on('error', () => {});
  const closed = once(ws, 'close').then(([code]) => code as number);
  const next = (fits: (frame: Frame) => boolean): Promise<Frame> =>
    new Promise((resolve) => {
      const look = () => {
        const found = frames.find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const ask = (type: string, payload: unknown = {}, requestId: string = randomUUID()) => {
    ws.send(JSON.stringify({ v: 1, type, requestId, payload }));
    return next((frame) => frame.requestId === requestId);
  };
  await next(({ type }) => type === 'media.hello');
  return { ws, frames, closed, next, ask };
};

/** What the upgrade is answered with. */
export const knock = (url: string, authorization?: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const ws = new WebSocket(url, { headers: authorization === undefined ? {} : { authorization } });
    ws.once('open', () => {
      resolve(101);
      ws.terminate();
    });
    ws.once('unexpected-response', (request, response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    ws.on('error', reject);
  });

/** Has a test's parts closed after it, the last one first. */
export const createKeeper = () => {
  const opened: { close(): Promise<void> | void }[] = [];
  const keep = <T extends { close(): Promise<void> | void }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const closeAll = async () => {
    for (const part of opened.splice(0).toReversed()) await part.close();
  };
  return { keep, closeAll };
};

export const countPeers = async (node: MediaPort): Promise<number> =>
  (await node.request('media.getStatus', {})).workers.reduce((sum, { peers }) => sum + peers, 0);

/** A node, a wire that can fail, and signaling at its other end. */
export const startWired = async (keep: ReturnType<typeof createKeeper>['keep']) => {
  const linked = keep(await startLinkedNode());
  const proxy = keep(await startTcpProxy(linked.port));
  const remote = keep(await openRemote(`ws://127.0.0.1:${proxy.port}`));
  return { linked, proxy, remote, events: watchEvents(remote) };
};
