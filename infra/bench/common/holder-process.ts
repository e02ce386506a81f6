// Started by holder.ts: holds sockets until its parent is gone.
import { randomUUID } from 'node:crypto';
import { nowUs } from './clock.ts';
import { type HolderReply, type HolderRequest, readStamp } from './holder-messages.ts';
import { type LeanSocket, openLeanSocket } from './lean-socket.ts';

/** Sockets that are being opened at a time. */
const AT_ONCE = 50;

/** The ports of one address are fewer than 30,000; loopback has addresses enough. */
const LOCAL_ADDRESSES = 8;

const sockets = new Set<LeanSocket>();
let latenciesMs: number[] = [];
let wanted: { count: number; resolve: () => void; reject: (error: Error) => void } | undefined;
let lost = 0;

/** A message too many, or a socket too few, makes every figure wrong. */
const tellIfAllCame = (): void => {
  if (!wanted) return;
  if (lost > 0) return wanted.reject(new Error(`${lost} sockets were lost`));
  if (latenciesMs.length >= wanted.count) wanted.resolve();
};

const handleLost = (socket: LeanSocket): void => {
  if (!sockets.delete(socket)) return;
  lost += 1;
  tellIfAllCame();
};

const onText = (payload: Buffer): void => {
  const sentAtUs = readStamp(payload);
  if (sentAtUs === undefined) return;
  latenciesMs.push((nowUs() - sentAtUs) / 1_000);
  tellIfAllCame();
};

interface Opening {
  url: string;
  token: string;
  roomSlug: string | undefined;
}

const openOne = async ({ url, token, roomSlug }: Opening): Promise<void> => {
  const localAddress = `127.0.0.${2 + (sockets.size % LOCAL_ADDRESSES)}`;
  const socket = openLeanSocket({ url, token, localAddress, onText });
  sockets.add(socket);
  void socket.closed.then(() => handleLost(socket));
  await socket.waitFor('"server.capabilities"');
  if (roomSlug === undefined) return;
  const requestId = randomUUID();
  const answered = socket.waitFor(requestId);
  socket.send([{ type: 'room.join', requestId, payload: { roomSlug } }]);
  const answer = await answered;
  if (!answer.includes('"ack"')) throw new Error(`room.join: ${answer}`);
};

const openAll = async ({ url, tokens, roomSlug }: HolderRequest & { type: 'open' }): Promise<void> => {
  const waiting = [...tokens];
  const work = async () => {
    for (let token = waiting.pop(); token !== undefined; token = waiting.pop()) {
      await openOne({ url, token, roomSlug });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
};

const take = async (count: number): Promise<HolderReply> => {
  await new Promise<void>((resolve, reject) => {
    wanted = { count, resolve, reject };
    tellIfAllCame();
  });
  wanted = undefined;
  const taken = latenciesMs;
  latenciesMs = [];
  return { type: 'arrivals', latenciesMs: Float64Array.from(taken) };
};

const closeAll = async (): Promise<void> => {
  const closing = [...sockets];
  sockets.clear();
  for (const socket of closing) socket.close();
  await Promise.all(closing.map(({ closed }) => closed));
};

const answer = async (request: HolderRequest): Promise<HolderReply> => {
  switch (request.type) {
    case 'open':
      await openAll(request);
      return { type: 'done' };
    case 'take':
      return take(request.count);
    case 'close':
      await closeAll();
      return { type: 'done' };
    default:
      return request satisfies never;
  }
};

process.on('message', (request: HolderRequest) => {
  answer(request)
    .catch((error: unknown): HolderReply => ({ type: 'failed', message: String(error) }))
    .then((reply) => process.send?.(reply))
    .catch(() => process.exit(1));
});
// The parent ends it, and a terminal's Ctrl-C must not come first: what it holds would seem lost by the server.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => process.exit(0));
