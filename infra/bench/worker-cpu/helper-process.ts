import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A process that answers questions one at a time over its IPC channel. */
export interface HelperProcess<Request extends object, Answer extends { type: string }> {
  /** What it says unasked, or in answer to `ask`. Rejects where it ends instead. */
  next<T extends Answer['type']>(type: T): Promise<Extract<Answer, { type: T }>>;
  ask<T extends Answer['type']>(request: Request, type: T): Promise<Extract<Answer, { type: T }>>;
  /** Resolves when it is gone. */
  close(): Promise<void>;
}

export const startHelper = <Request extends object, Answer extends { type: string }>(
  script: URL,
): HelperProcess<Request, Answer> => {
  const child = fork(script, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const next = async <T extends Answer['type']>(type: T) => {
    const listening = new AbortController();
    try {
      const [answer] = await Promise.race([
        once(child, 'message', { signal: listening.signal }),
        ended.then(([code]) => Promise.reject(new Error(`${script.pathname} ended with ${code}`))),
      ]);
      if (answer.type !== type) throw new Error(`${script.pathname} said ${answer.type} instead of ${type}`);
      return answer as Extract<Answer, { type: T }>;
    } finally {
      listening.abort();
    }
  };
  return {
    next,
    ask: (request, type) => {
      const answer = next(type);
      child.send(request);
      return answer;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};
