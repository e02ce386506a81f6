import { type ChildProcess, spawn } from 'node:child_process';

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A process that goes on until it is told to end. */
export interface Daemon {
  pid: number;
  /** What it said so far, both streams. */
  output: () => string;
  exited: Promise<Exit>;
  hasExited: () => boolean;
  /** Kills it where it still runs. */
  close: () => Promise<void>;
}

/** Starts a process with the environment that is given and no other. */
export const startDaemon = (command: string[], env: Record<string, string>, cwd = '/'): Daemon => {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
  const exited = exitOf(child);
  let hasExited = false;
  void exited.then(() => {
    hasExited = true;
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    exited,
    hasExited: () => hasExited,
    close: async () => {
      child.kill('SIGKILL');
      await exited;
    },
  };
};

const exitOf = (child: ChildProcess): Promise<Exit> =>
  new Promise((resolve) => {
    child.once('error', () => resolve({ code: null, signal: null }));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
