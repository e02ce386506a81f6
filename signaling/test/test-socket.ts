import { randomUUID } from 'node:crypto';
import type {
  AuthResult,
  ErrorPayload,
  EventPayload,
  EventType,
  RequestInput,
  RequestResult,
  RequestType,
  ServerFrame,
  User,
} from '@boltorezka/protocol';
import { WebSocket } from 'ws';

type Frame = ServerFrame & { payload: Record<string, unknown> };

export interface TestSocket {
  readonly user: User;
  readonly token: string;
  readonly ws: WebSocket;
  /** Every frame so far, in order. */
  readonly frames: Frame[];
  readonly closed: Promise<{ code: number; reason: string }>;
  send(frame: unknown): void;
  /** Sends with a `requestId` and resolves with the ack's payload, or rejects with the nack's. */
  request<T extends RequestType>(type: T, payload: RequestInput<T>): Promise<RequestResult<T>>;
  /** The same, for input that the contract refuses: resolves with the nack's payload. */
  refused(type: string, payload: unknown): Promise<ErrorPayload>;
  /** The first frame of the type, since the last call for it, that fits. */
  next<T extends EventType>(type: T, fits?: (payload: EventPayload<T>) => boolean): Promise<EventPayload<T>>;
  close(): Promise<void>;
}

export class NackError extends Error {
  readonly payload: ErrorPayload;
  constructor(payload: ErrorPayload) {
    super(`${payload.code}: ${payload.message}`);
    this.payload = payload;
  }
}

/** Collects frames and lets a test wait for the one that it needs. */
const createInbox = (ws: WebSocket) => {
  const frames: Frame[] = [];
  const taken = new Set<Frame>();
  const waiters = new Set<() => void>();
  const wake = () => {
    for (const waiter of [...waiters]) waiter();
  };
  ws.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Frame);
    wake();
  });
  ws.on('close', wake);
  const take = (fits: (frame: Frame) => boolean, what: string): Promise<Frame> =>
    new Promise((resolve, reject) => {
      const look = () => {
        const found = frames.find((frame) => !taken.has(frame) && fits(frame));
        if (!found && ws.readyState !== WebSocket.CLOSED) return;
        waiters.delete(look);
        if (!found) return reject(new Error(`the socket closed before ${what} came`));
        taken.add(found);
        resolve(found);
      };
      waiters.add(look);
      look();
    });
  return { frames, take };
};

const wsUrl = (url: string, query: Record<string, string>): string =>
  `${url.replace(/^http/, 'ws')}/v1/realtime/ws?${new URLSearchParams(query)}`;

/** A bare WebSocket, as wscat opens it; nobody has been greeted yet. */
export const openBareSocket = (
  url: string,
  query: Record<string, string>,
  headers: Record<string, string> = {},
) => {
  const ws = new WebSocket(wsUrl(url, query), { headers });
  ws.on('error', () => {});
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  );
  return { ws, closed, ...createInbox(ws) };
};

/** Connects as a person and waits for the greeting. */
export const openSocket = async (
  url: string,
  { user, token }: AuthResult,
  query: Record<string, string> = {},
): Promise<TestSocket> => {
  const { ws, closed, frames, take } = openBareSocket(url, { token, ...query });
  await take(({ type }) => type === 'server.capabilities', 'server.capabilities');
  const ask = async (type: string, payload: unknown): Promise<Frame> => {
    const requestId = randomUUID();
    ws.send(JSON.stringify({ v: 1, type, requestId, payload }));
    return take((frame) => frame.requestId === requestId, `the answer to ${type}`);
  };
  return {
    user,
    token,
    ws,
    frames,
    closed,
    send: (frame) => ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame)),
    request: async (type, payload) => {
      const answer = await ask(type, payload);
      if (answer.type === 'nack') throw new NackError(answer.payload as unknown as ErrorPayload);
      return answer.payload as never;
    },
    refused: async (type, payload) => {
      const answer = await ask(type, payload);
      if (answer.type !== 'nack') throw new Error(`${type} was not refused: ${JSON.stringify(answer)}`);
      return answer.payload as unknown as ErrorPayload;
    },
    next: async (type, fits = () => true) => {
      const frame = await take((f) => f.type === type && fits(f.payload as never), type);
      return frame.payload as never;
    },
    close: async () => {
      ws.close();
      await closed;
    },
  };
};
