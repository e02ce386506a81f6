import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Arrivals, HolderReply, HolderRequest } from './holder-messages.ts';

/** A process that holds sockets, so that what they cost their client is not counted as the server's. */
export interface Holder {
  pid: number;
  /** Opens a socket for each token, waits for its greeting and, with a room, joins it. */
  open(request: { url: string; tokens: string[]; roomSlug?: string }): Promise<void>;
  /** Waits until so many chat messages have come since the last call, over all sockets. */
  takeArrivals(count: number): Promise<Arrivals>;
  closeSockets(): Promise<void>;
  close(): Promise<void>;
}

const program = fileURLToPath(new URL('./holder-process.ts', import.meta.url));

export const startHolder = (): Holder => {
  const child = fork(program, { serialization: 'advanced', stdio: 'inherit' });
  const ended = once(child, 'exit');
  const request = async (message: HolderRequest): Promise<HolderReply> => {
    const answered = once(child, 'message');
    const gone = ended.then(() => Promise.reject(new Error('the process that holds sockets ended')));
    child.send(message);
    const [reply] = (await Promise.race([answered, gone])) as [HolderReply];
    if (reply.type === 'failed') throw new Error(reply.message);
    return reply;
  };
  return {
    pid: child.pid ?? 0,
    open: async ({ url, tokens, roomSlug }) => {
      await request({ type: 'open', url, tokens, ...(roomSlug === undefined ? {} : { roomSlug }) });
    },
    takeArrivals: async (count) => {
      const reply = await request({ type: 'take', count });
      if (reply.type !== 'arrivals') throw new Error(`the process that holds sockets said ${reply.type}`);
      return reply;
    },
    closeSockets: async () => {
      await request({ type: 'close' });
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};
