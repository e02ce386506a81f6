// A process of its own, which ends with the IPC channel of `fork`: one mediasoup worker with one room, a page, and a socket
// that answers one request at a time. What the product's way to join is measured against.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createWorker } from 'mediasoup';
import type { Worker } from 'mediasoup/types';
import { type WebSocket, WebSocketServer } from 'ws';
import { mediaCodecs } from '../src/codecs.ts';
import type { OpenSequential, SequentialOpened } from './sequential-messages.ts';
import { type PeerRequest, SequentialPeer, type SequentialRoom } from './sequential-peer.ts';

type Frame = PeerRequest & { requestId: string };

const host = '127.0.0.1';

const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>One after another</title>
<link rel="icon" href="data:,">
<button data-testid="voice-join" disabled>Join</button>
<script type="module" src="/client.js"></script>
</html>
`;

const createRoom = async (worker: Worker, mediaPort: number): Promise<SequentialRoom> => {
  const webRtcServer = await worker.createWebRtcServer({
    listenInfos: [{ protocol: 'udp', ip: host, port: mediaPort }],
  });
  return { webRtcServer, router: await worker.createRouter({ mediaCodecs }), peers: new Set() };
};

/** Whatever else is asked for is an empty document, on which a page may wait for its first script. */
const createPageServer = (script: string): Server =>
  createServer((request, response) => {
    const path = request.url?.split('?')[0];
    const contentType = path === '/client.js' ? 'text/javascript' : 'text/html';
    response.setHeader('content-type', `${contentType}; charset=utf-8`);
    if (path === '/client.js') response.end(script);
    else response.end(path === '/' ? html : '<!doctype html>');
  });

const answer = async (peer: SequentialPeer, { requestId, ...request }: Frame): Promise<object> => {
  try {
    return { type: 'ack', requestId, payload: await peer.handle(request) };
  } catch (error) {
    return { type: 'nack', requestId, payload: { message: String(error) } };
  }
};

const serveSocket = (socket: WebSocket, room: SequentialRoom): void => {
  const peer = new SequentialPeer(room);
  socket.on('message', (data) => {
    void answer(peer, JSON.parse(String(data))).then((frame) => socket.send(JSON.stringify(frame)));
  });
  socket.on('close', () => peer.close());
  // A connection that breaks is closed next.
  socket.on('error', () => {});
};

const open = async (worker: Worker, { mediaPort, script }: OpenSequential): Promise<SequentialOpened> => {
  const room = await createRoom(worker, mediaPort);
  const server = createPageServer(script);
  new WebSocketServer({ server }).on('connection', (socket) => serveSocket(socket, room));
  server.listen(0, host);
  await once(server, 'listening');
  return { type: 'opened', port: (server.address() as AddressInfo).port };
};

let worker: Worker | undefined;

const close = (): void => {
  worker?.close();
  // Browsers may hold connections open, and nobody is there any more to whom an answer would matter.
  process.exit();
};

const handleRequest = async (request: OpenSequential): Promise<void> => {
  worker = await createWorker({ logLevel: 'error' });
  process.send?.(await open(worker, request));
};

process.on('message', (request: OpenSequential) => {
  handleRequest(request).catch((error: unknown) => {
    // The other side sees the process end, and the reason among its messages.
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exitCode = 1;
    close();
  });
});
process.on('disconnect', close);
