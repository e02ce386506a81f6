import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { mintTurnCredentials } from './credentials.ts';
import { probeTurn } from './probe.ts';
import { renderTurnConfig, type TurnConfig } from './render-config.ts';
import { ownUrl } from './turn-url.ts';

export interface TurnServerOptions {
  /** Where coturn is; found in PATH by default. */
  binary?: string;
  config: Omit<TurnConfig, 'coturnVersion'>;
  /** Every line that coturn prints. */
  onLine?: (line: string) => void;
  /** Ends coturn, while it starts too. */
  signal?: AbortSignal;
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface TurnServer {
  readonly pid: number;
  /** Resolves when coturn has ended, of itself or because it was closed. */
  readonly exited: Promise<Exit>;
  close(): Promise<void>;
}

const killAfterMs = 5_000;
const readyTimeoutMs = 15_000;
const pollMs = 25;
const keptLines = 5;

const readVersion = async (binary: string): Promise<string> =>
  (await promisify(execFile)(binary, ['--version'])).stdout.trim();

const forwardLines = (child: ChildProcess, onLine: (line: string) => void): void => {
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine(line);
    });
  }
};

const createCloser = (child: ChildProcess, exited: Promise<Exit>): (() => Promise<void>) => {
  const closeOnce = async () => {
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    await exited.finally(() => clearTimeout(timer));
  };
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= closeOnce();
    return closing;
  };
};

/**
 * Waits until coturn takes our credentials, and by that opens its database before anyone else does: of several first
 * clients at once, those that come while its tables are made would be told 401.
 */
const untilReady = async (config: TurnServerOptions['config'], isRunning: () => boolean): Promise<void> => {
  const startedAt = performance.now();
  for (; isRunning(); await delay(pollMs)) {
    const credentials = mintTurnCredentials({ secret: config.secret, userId: 'start', ttlS: 60 });
    const report = await probeTurn({ url: ownUrl(config), credentials, timeoutMs: 1_000 });
    // Another refusal than 401 came after the credentials were taken.
    if (report.outcome === 'relays' || (report.errorCode ?? 401) !== 401) return;
    if (performance.now() - startedAt > readyTimeoutMs) {
      throw new Error(`coturn does not answer as it should at ${ownUrl(config)}: ${report.error}`);
    }
  }
};

/**
 * Runs coturn with a configuration written for its version into `stateDir`, readable by its owner alone, and resolves
 * once it relays.
 * @throws TurnConfigError where the configuration cannot be used.
 */
export const startTurnServer = async (options: TurnServerOptions): Promise<TurnServer> => {
  const { binary = 'turnserver', config, onLine, signal } = options;
  const text = renderTurnConfig({ ...config, coturnVersion: await readVersion(binary) });
  const file = join(config.stateDir, 'turnserver.conf');
  await writeFile(file, text, { mode: 0o600 });
  signal?.throwIfAborted();
  const child = spawn(binary, ['-c', file], { stdio: ['ignore', 'pipe', 'pipe'], cwd: config.stateDir });
  const lastLines: string[] = [];
  forwardLines(child, (line) => {
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
    onLine?.(line);
  });
  const exited: Promise<Exit> = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  const close = createCloser(child, exited);
  signal?.addEventListener('abort', () => void close());
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  try {
    await untilReady(config, isRunning);
    if (!isRunning()) throw new Error(`coturn ended at once:\n${lastLines.join('\n')}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { pid: child.pid ?? 0, exited, close };
};
