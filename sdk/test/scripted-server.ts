// biome-ignore lint/style/noRestrictedImports: The server of these tests runs in Node, beside the client.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';

export interface Refusal {
  nack: { code: string; message: string; retryable?: boolean; retryAfterMs?: number };
}
export type Answer = { ack: unknown } | Refusal | null;
export type Handler = (payload: Record<string, unknown>, socket: ScriptedSocket) => Answer | Promise<Answer>;

export interface ScriptedSocket {
  url: URL;
  sendEvent(type: string, payload: unknown): void;
  sendText(text: string): void;
  close(code: number): void;
  /** Cut without a word, as a dead network does. */
  terminate(): void;
  closed: Promise<number>;
}

export interface SeenRequest {
  type: string;
  payload: Record<string, unknown>;
  socket: ScriptedSocket;
}

export interface RestAnswer {
  status: number;
  body: unknown;
}
export type RestHandler = (request: {
  query: URLSearchParams;
  body: unknown;
  token: string | null;
}) => RestAnswer | Promise<RestAnswer>;

export const uuid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

export const user = {
  id: uuid(1),
  email: 'ann@example.org',
  name: 'Ann',
  created_at: '2026-01-01T00:00:00.000Z',
};
export const token = 'secret-token';
const resumeTokenOf = (index: number) => `secret-resume-${index}`;

/** Lets tests wait for the n-th entry of a growing list. */
const createLog = <T>() => {
  const entries: T[] = [];
  const waiters: { count: number; matches: (entry: T) => boolean; resolve: (entry: T) => void }[] = [];
  return {
    entries,
    push: (entry: T) => {
      entries.push(entry);
      for (const waiter of [...waiters]) {
        const found = entries.filter(waiter.matches)[waiter.count - 1];
        if (found === undefined) continue;
        waiters.splice(waiters.indexOf(waiter), 1);
        waiter.resolve(found);
      }
    },
    wait: (matches: (entry: T) => boolean, count: number): Promise<T> => {
      const found = entries.filter(matches)[count - 1];
      return found !== undefined
        ? Promise.resolve(found)
        : new Promise((resolve) => waiters.push({ count, matches, resolve }));
    },
  };
};

const readBody = async (request: IncomingMessage): Promise<unknown> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? undefined : JSON.parse(text);
};

/** A real server on loopback that answers what the test tells it to. */
export const createScriptedServer = async () => {
  const sockets = createLog<ScriptedSocket>();
  const requests = createLog<SeenRequest>();
  const handlers = new Map<string, Handler>([
    ['ping', () => ({ ack: { ts: Date.now() } })],
    ['lobby.watch', () => ({ ack: { voice: [] } })],
  ]);
  let tickets = 0;
  const nextTicket = () => {
    tickets += 1;
    return `secret-ticket-${tickets}`;
  };
  const rest = new Map<string, RestHandler>([
    ['GET /v1/auth/me', () => ({ status: 200, body: { user } })],
    ['POST /v1/auth/login', () => ({ status: 200, body: { user, token } })],
    ['POST /v1/auth/logout', () => ({ status: 200, body: { ok: true } })],
    [
      'POST /v1/realtime/ticket',
      () => ({ status: 201, body: { ticket: nextTicket(), expires_in_ms: 30_000 } }),
    ],
    ['GET /v1/rooms', () => ({ status: 200, body: { rooms: [] } })],
  ]);
  const script = {
    /** Sends server.ready and server.capabilities to a socket that has just opened. */
    greet: true,
    heartbeat: { intervalMs: 60_000, timeoutMs: 60_000 },
    voice: null as { routerRtpCapabilities: unknown } | null,
  };

  const handleRest = async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const handler = rest.get(`${request.method} ${url.pathname}`);
    const body = await readBody(request);
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? null;
    const answer = (await handler?.({ query: url.searchParams, body, token: bearer })) ?? {
      status: 404,
      body: { error: 'NotFound', message: 'There is nothing here' },
    };
    response.writeHead(answer.status, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  };
  const http = createServer((request, response) => {
    handleRest(request, response).catch(() => response.destroy());
  });
  const wss = new WebSocketServer({ server: http });

  const answer = async (socket: ScriptedSocket, text: string) => {
    const { type, requestId, payload } = JSON.parse(text);
    requests.push({ type, payload, socket });
    const result = (await handlers.get(type)?.(payload, socket)) ?? null;
    if (result === null) return;
    const frame =
      'ack' in result ? { type: 'ack', payload: result.ack } : { type: 'nack', payload: result.nack };
    socket.sendText(JSON.stringify({ v: 1, requestId, ...frame }));
  };
  const greet = (socket: ScriptedSocket) => {
    socket.sendEvent('server.ready', {
      userId: user.id,
      userName: user.name,
      connectedAt: new Date().toISOString(),
      sessionId: uuid(900),
      resumeToken: resumeTokenOf(sockets.entries.length + 1),
    });
    socket.sendEvent('server.capabilities', {
      protocol: { min: 1, max: 1 },
      heartbeat: script.heartbeat,
      limits: { maxPayloadBytes: 65536, maxChatTextLength: 4000 },
      voice: script.voice,
    });
  };
  wss.on('connection', (ws: WebSocket, request: IncomingMessage) => {
    const sendText = (text: string) => ws.send(text);
    const socket: ScriptedSocket = {
      url: new URL(request.url ?? '/', 'http://localhost'),
      sendText,
      sendEvent: (type, payload) => sendText(JSON.stringify({ v: 1, type, payload })),
      close: (code) => ws.close(code),
      terminate: () => ws.terminate(),
      closed: new Promise((resolve) => ws.on('close', resolve)),
    };
    ws.on('message', (data) => void answer(socket, String(data)));
    if (script.greet) greet(socket);
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  return {
    baseUrl: `http://127.0.0.1:${port}`,
    script,
    handlers,
    rest,
    requests: requests.entries,
    sockets: sockets.entries,
    waitForSocket: (count = 1) => sockets.wait(() => true, count),
    waitForRequest: (type: string, count = 1) => requests.wait((request) => request.type === type, count),
    close: async () => {
      for (const client of wss.clients) client.terminate();
      wss.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    },
  };
};

export type ScriptedServer = Awaited<ReturnType<typeof createScriptedServer>>;
