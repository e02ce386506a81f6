import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { MeasuredServer } from './window.ts';

const program = fileURLToPath(new URL('../../../signaling/bench/per-socket-server.ts', import.meta.url));

/** The server that everything is compared with: it makes an event into text for each socket, and keeps nothing. */
export const startReference = async (): Promise<MeasuredServer & { close(): Promise<void> }> => {
  const child = fork(program, { stdio: 'inherit' });
  const ended = once(child, 'exit');
  const gone = ended.then(() => Promise.reject(new Error('the reference ended')));
  gone.catch(() => {});
  const [port] = (await Promise.race([once(child, 'message'), gone])) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    postgresPids: () => [],
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
};
