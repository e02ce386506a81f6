import { once } from 'node:events';

export interface Realtime {
  send: (frame: { type: string; requestId?: string; payload: unknown }) => void;
  /** The payload of the next frame of a type; others are passed over. */
  next: (type: string) => Promise<Record<string, unknown>>;
  close: () => Promise<void>;
}

const ANSWERS_WITHIN_MS = 10_000;

interface Frame {
  type: string;
  payload: Record<string, unknown>;
}

/** Opens the realtime socket of a server and waits until it is ready. */
export const openRealtime = async (url: string, token: string): Promise<Realtime> => {
  const socket = new WebSocket(`${url.replace(/^http/, 'ws')}/v1/realtime/ws?token=${token}`);
  const got: Frame[] = [];
  socket.addEventListener('message', ({ data }) => got.push(JSON.parse(String(data))));
  const next = async (type: string): Promise<Record<string, unknown>> => {
    const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
    for (;;) {
      const at = got.findIndex((frame) => frame.type === type);
      if (at >= 0) return got.splice(0, at + 1).at(-1)?.payload ?? {};
      const types = got.map((frame) => `${frame.type} ${JSON.stringify(frame.payload).slice(0, 200)}`);
      await once(socket, 'message', { signal }).catch(() => {
        throw new Error(`no ${type} came within ${ANSWERS_WITHIN_MS / 1_000} s, but: ${types.join(', ')}`);
      });
    }
  };
  await next('server.ready');
  return {
    send: (frame) => socket.send(JSON.stringify(frame)),
    next,
    close: async () => {
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close();
      await once(socket, 'close');
    },
  };
};
