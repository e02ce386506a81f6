import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { isNewEnough } from '../../setup/steps/node.mjs';

/** The Node that a stranger may have: one in PATH that is too old, so that the set-up brings its own; else ours. */
export const findStrangersNode = (): { path: string; version: string } => {
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path))
    .map((path) => ({
      path,
      version: execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().slice(1),
    }));
  const own = { path: process.execPath, version: process.versions.node };
  return found.find(({ version }) => !isNewEnough(version)) ?? own;
};

/** Clones what is committed; resolves with the commit. */
export const cloneHead = (root: string, folder: string): string => {
  execFileSync('git', ['clone', '--quiet', root, folder], { stdio: ['ignore', 'ignore', 'inherit'] });
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: folder, encoding: 'utf8' }).trim();
};

/** This process's environment with caches in a folder of their own, and nothing of ours that would shorten the way. */
const strangersEnv = (nodePath: string, caches: string): NodeJS.ProcessEnv => {
  const { MEDIASOUP_WORKER_BIN: _, NODE_COMPILE_CACHE: __, npm_lifecycle_event: ___, ...env } = process.env;
  return {
    ...env,
    PATH: [dirname(nodePath), env.PATH].join(delimiter),
    XDG_CACHE_HOME: join(caches, 'xdg'),
    npm_config_cache: join(caches, 'npm'),
  };
};

export interface SetupRun {
  folder: string;
  caches: string;
  nodePath: string;
  signal: AbortSignal;
}

/** Runs the set-up of a clone with what tests need too, and gives its output. */
export const runSetup = async ({ folder, caches, nodePath, signal }: SetupRun): Promise<string> => {
  mkdirSync(join(caches, 'xdg'), { recursive: true });
  const child = spawn(nodePath, [join(folder, 'infra/setup/setup.mjs'), '--tests', '--yes'], {
    cwd: folder,
    env: strangersEnv(nodePath, caches),
    stdio: ['ignore', 'pipe', 'inherit'],
    // A group of its own: Ctrl-C reaches it once, below, and it ends its own children in order.
    detached: true,
  });
  const stop = () => child.kill('SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const [code] = await once(child, 'close');
  signal.removeEventListener('abort', stop);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`the set-up ended with ${code}:\n${output}`);
  return output;
};
