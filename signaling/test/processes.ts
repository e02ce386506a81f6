import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Ends a child by its pid and waits for its end. */
export const endProcess = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill(signal);
  await ended;
};

const inheritedNames = ['PATH', 'MEDIASOUP_WORKER_BIN', 'NODE_COMPILE_CACHE'];

/** Of the environment of the tests: where programs are, and what of them is compiled already. */
export const inheritedByPrograms = (): NodeJS.ProcessEnv =>
  Object.fromEntries(
    inheritedNames.flatMap((name) => {
      const value = process.env[name];
      return value ? [[name, value]] : [];
    }),
  );

/** Starts a server and waits until its output shows that it serves. */
export const startUntil = async (
  command: string[],
  isReady: (output: string) => boolean,
  options: SpawnOptions = {},
): Promise<ChildProcess> => {
  const [file = '', ...args] = command;
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (isReady(output)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}:\n${output}`)));
  });
  return child;
};
