import { once } from 'node:events';

/** Node's inspector of another process: it reads memory without a way for that in the product. */
export interface Inspector {
  collectGarbage(): Promise<void>;
  memoryUsage(): Promise<NodeJS.MemoryUsage>;
  close(): void;
}

interface Answer {
  id?: number;
  error?: { message: string };
  result?: { result?: { value?: unknown }; exceptionDetails?: unknown };
}

/** Starts a Node with an inspector on a free port of this machine alone. */
export const INSPECTED = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** Where the inspector of a process that said this is. */
export const inspectorUrl = (output: string): string => {
  const url = /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(output)?.[0];
  if (url === undefined) throw new Error(`the process named no inspector:\n${output}`);
  return url;
};

export const openInspector = async (url: string): Promise<Inspector> => {
  const socket = new WebSocket(url);
  const waiting = new Map<number, PromiseWithResolvers<Answer>>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    waiting.get(answer.id ?? 0)?.resolve(answer);
    waiting.delete(answer.id ?? 0);
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the inspector is gone'));
  });
  await once(socket, 'open');
  const ask = async (method: string, params: object = {}): Promise<Answer> => {
    lastId += 1;
    const answered = Promise.withResolvers<Answer>();
    waiting.set(lastId, answered);
    socket.send(JSON.stringify({ id: lastId, method, params }));
    const answer = await answered.promise;
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return answer;
  };
  return {
    collectGarbage: async () => {
      await ask('HeapProfiler.collectGarbage');
    },
    memoryUsage: async () => {
      const params = { expression: 'process.memoryUsage()', returnByValue: true };
      return (await ask('Runtime.evaluate', params)).result?.result?.value as NodeJS.MemoryUsage;
    },
    close: () => socket.close(),
  };
};
