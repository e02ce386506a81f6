// Started by infra/bench/chat-fanout: what a chat server does that is written in an afternoon. An event is made into text for
// each socket that it is sent to, and nothing is kept anywhere.
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { ClientFrame, protocolVersion } from '@boltorezka/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

const roomId = randomUUID();
const epoch = randomUUID();
const joined = new Set<WebSocket>();
let seq = 0;

const send = (socket: WebSocket, frame: { type: string; payload: unknown; requestId?: string | undefined }) =>
  socket.send(JSON.stringify({ v: protocolVersion, ...frame }));

const write = (text: string) => {
  seq += 1;
  return {
    ...{ id: randomUUID(), roomId, userId: roomId, userName: 'Somebody', text },
    ...{ createdAt: new Date().toISOString(), seq, epoch },
  };
};

const handle = (socket: WebSocket, { type, requestId, payload }: ClientFrame): void => {
  if (type === 'room.join') {
    joined.add(socket);
    send(socket, { type: 'ack', requestId, payload: { roomId, seq, epoch } });
  }
  if (type !== 'chat.send') return;
  const message = write(String((payload as { text: string }).text));
  for (const reader of joined) send(reader, { type: 'chat.message', payload: message });
  send(socket, { type: 'ack', requestId, payload: message });
};

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('connection', (socket) => {
  socket.on('message', (data) => handle(socket, ClientFrame.parse(JSON.parse(String(data)))));
  socket.on('close', () => joined.delete(socket));
  socket.on('error', () => socket.terminate());
  send(socket, { type: 'server.capabilities', payload: {} });
});
server.on('listening', () => process.send?.((server.address() as AddressInfo).port));
// The parent ends it; a terminal's Ctrl-C is the parent's to take.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
