import { once } from 'node:events';
import type { PostToInspector } from '../../../signaling/test/live-objects.ts';

/** The inspector of another process, asked for whatever it can do. */
export interface Devtools {
  post: PostToInspector;
  close(): void;
}

interface Answer {
  id?: number;
  error?: { message: string };
  result?: unknown;
}

export const openDevtools = async (url: string): Promise<Devtools> => {
  const socket = new WebSocket(url);
  const waiting = new Map<number | undefined, PromiseWithResolvers<unknown>>();
  socket.addEventListener('message', ({ data }) => {
    const { id, error, result } = JSON.parse(String(data)) as Answer;
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the inspector is gone'));
  });
  await once(socket, 'open');
  let lastId = 0;
  return {
    post: (method, params = {}) => {
      lastId += 1;
      const answered = Promise.withResolvers<unknown>();
      waiting.set(lastId, answered);
      socket.send(JSON.stringify({ id: lastId, method, params }));
      return answered.promise;
    },
    close: () => socket.close(),
  };
};
