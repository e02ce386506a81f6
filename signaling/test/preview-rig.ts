import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChatMessage } from '@boltorezka/protocol';
import type { PreviewWeb } from '../src/previews/index.ts';
import type { TestSocket } from './test-socket.ts';

/** A web of one machine: the internet is 127.0.0.1, and what is inside, where nobody may ask, is 127.0.0.2. */
export interface SmallWeb {
  /** For the server under test. */
  web: PreviewWeb;
  /** Serves something at an address of its own. */
  serve(handle: RequestListener): string;
  /** A page whose head holds this. @returns its address. */
  servePage(head: string): string;
  /** Serves these bytes. */
  serveBytes(bytes: Uint8Array | string, contentType: string): string;
  /** What was asked of the machine inside. */
  readonly insideRequests: string[];
  readonly insidePort: number;
  readonly port: number;
  /** How often an address was asked for. */
  countOf(link: string): number;
  close(): Promise<void>;
}

const listen = async (server: Server, address: string, port = 0): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(port, address, resolve));
  return (server.address() as AddressInfo).port;
};

const end = (server: Server): Promise<void> => {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
};

/** Names that end so are those of a machine inside. */
const insideName = 'inside.example';

export const startSmallWeb = async (): Promise<SmallWeb> => {
  const places = new Map<string, RequestListener>();
  const asked: string[] = [];
  const insideRequests: string[] = [];
  const site = createServer((request, response) => {
    const path = request.url ?? '/';
    asked.push(path);
    const handle = places.get(path);
    if (handle) handle(request, response);
    else response.writeHead(404).end();
  });
  const inside = createServer((request, response) => {
    insideRequests.push(request.url ?? '/');
    response.setHeader('content-type', 'image/png').end('secret');
  });
  const port = await listen(site, '127.0.0.1');
  const insidePort = await listen(inside, '127.0.0.2');
  const serve = (handle: RequestListener): string => {
    const path = `/${randomUUID()}`;
    places.set(path, handle);
    return `http://site.example:${port}${path}`;
  };
  const serveBytes = (bytes: Uint8Array | string, contentType: string) =>
    serve((_request, response) => response.setHeader('content-type', contentType).end(bytes));
  return {
    ...{ serve, serveBytes, insideRequests, insidePort, port },
    servePage: (head) => serveBytes(`<head><title>A page</title>${head}</head><body>`, 'text/html'),
    countOf: (link) => asked.filter((path) => path === new URL(link).pathname).length,
    web: {
      resolve: async (name) => [name === insideName ? '127.0.0.2' : '127.0.0.1'],
      isPublic: (address) => address === '127.0.0.1',
      ports: new Set([port, insidePort]),
      timeoutMs: 6_000,
    },
    close: async () => {
      await Promise.all([end(site), end(inside)]);
    },
  };
};

/** Somebody writes of a page, and the room is told what it leads to. */
export const sendLink = async (socket: TestSocket, roomSlug: string, link: string): Promise<ChatMessage> => {
  await socket.request('room.join', { roomSlug, keepOthers: true });
  const { id } = await socket.request('chat.send', { roomSlug, text: link });
  const told = await socket.next(
    'chat.messageChanged',
    (changed) => changed.change === 'previewed' && changed.message.id === id,
  );
  return told.message;
};
