// `node turn/scripts/run.ts`: coturn, configured by the environment (turn/README.md names the variables).
import { mkdtemp, rm } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTurnServer } from '../src/index.ts';
import { readTurnConfig } from './environment.ts';

const explain = (error: unknown): string => {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
    return 'turnserver was not found. Install coturn (Debian: apt-get install coturn), or name it in TURN_BINARY.';
  }
  return error instanceof Error ? error.message : String(error);
};

const run = async (stateDir: string, stopping: AbortSignal): Promise<number> => {
  const server = await startTurnServer({
    binary: process.env.TURN_BINARY || 'turnserver',
    config: readTurnConfig(process.env, stateDir),
    onLine: (line) => console.log(line),
    signal: stopping,
  });
  const { code, signal } = await server.exited;
  return code ?? 128 + (signal ? constants.signals[signal] : 0);
};

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
/** Its own, and closed to others: the secret is in it. */
const stateDir = await mkdtemp(join(tmpdir(), 'boltorezka-turn-'));
try {
  process.exitCode = await run(stateDir, stop.signal);
} catch (error) {
  if (!stop.signal.aborted) console.error(`The relay could not be started.\n${explain(error)}`);
  process.exitCode = 1;
} finally {
  // It was told to stop, and did; that coturn may have no handler for SIGTERM is nobody's concern.
  if (stop.signal.aborted) process.exitCode = 0;
  await rm(stateDir, { recursive: true, force: true });
}
