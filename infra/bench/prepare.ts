import { createContext } from '../setup/context.mjs';
import { prepareAll } from '../setup/prepare.mjs';

/**
 * Sets up what the tests need: benchmarks and chaos start servers and browsers as they do. Whoever names a media worker
 * has it.
 */
export const prepareLikeTests = async (signal: AbortSignal): Promise<void> => {
  if (process.env.MEDIASOUP_WORKER_BIN) return;
  const context = createContext({ yes: true });
  const stop = () => context.stop('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  const { env } = await prepareAll(context, { tests: true });
  signal.removeEventListener('abort', stop);
  process.env.MEDIASOUP_WORKER_BIN = env.MEDIASOUP_WORKER_BIN;
};
