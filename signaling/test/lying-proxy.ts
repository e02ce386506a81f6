import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

export interface PassingFrame {
  text: string;
  direction: 'to server' | 'to client';
  /** Which of its sockets this is, by the order in which they came. */
  socket: number;
  /** Sends a text back to where the frame has come from. */
  answer: (text: string) => void;
}

/** What becomes of a frame: the texts that go on in its place. */
export type Lie = (frame: PassingFrame) => string[];

export interface LyingProxy {
  port: number;
  close(): Promise<void>;
}

const passOn = async (target: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const { authorization = '' } = request.headers;
  const answer = await fetch(`${target}${request.url}`, { headers: { authorization } });
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
};

/** A server that is broken on purpose: what it says and hears over its sockets is what `lie` makes of it. Reads pass. */
export const startLyingProxy = async (target: string, lie: Lie): Promise<LyingProxy> => {
  const server = createServer((request, response) => {
    passOn(target, request, response).catch(() => response.destroy());
  });
  const sockets = new WebSocketServer({ server });
  let count = 0;
  sockets.on('connection', (client, request) => {
    const socket = count++;
    const upstream = new WebSocket(`${target.replace('http', 'ws')}${request.url}`);
    const early: string[] = [];
    const toServer = (text: string) => {
      if (upstream.readyState === WebSocket.OPEN) upstream.send(text);
      else early.push(text);
    };
    const toClient = (text: string) => client.send(text);
    upstream.on('open', () => early.splice(0).forEach(toServer));
    client.on('message', (data) =>
      lie({ text: String(data), direction: 'to server', socket, answer: toClient }).forEach(toServer),
    );
    upstream.on('message', (data) =>
      lie({ text: String(data), direction: 'to client', socket, answer: toServer }).forEach(toClient),
    );
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      from.on('close', () => to.terminate());
      from.on('error', () => to.terminate());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
