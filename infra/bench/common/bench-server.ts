import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from '../../../signaling/test/processes.ts';
import { makeDataDir, processesOf, startProcess } from '../../../signaling/test/start-process.ts';

export interface BenchServer {
  url: string;
  /** The server's own process: HTTP, sockets, rooms, chat. */
  pid: number;
  /** The processes of its PostgreSQL. */
  postgresPids(): number[];
  /** What it has said so far. */
  output(): string;
  /** Resolves when the process has ended, by whomever. */
  exited: Promise<unknown>;
  /** Ends it as a power cut would; its data stays. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const postmasterPid = (dataDir: string): number =>
  Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n', 1)[0]);

export interface BenchServerOptions {
  /** The data of an earlier server, people and all; the server makes its own, and removes it, where none is named. */
  dataDir?: string;
  env?: Record<string, string>;
}

/** The server as an operator starts it, in a process of its own, with rate limits out of the way. */
export const startBenchServer = async (options: BenchServerOptions = {}): Promise<BenchServer> => {
  const dataDir = options.dataDir === undefined ? makeDataDir() : { path: options.dataDir, remove: () => {} };
  try {
    const { child, url, output } = await startProcess({ dataDir: dataDir.path, env: options.env ?? {} });
    const pid = child.pid ?? 0;
    const exited = once(child, 'exit');
    return {
      url,
      pid,
      postgresPids: () => processesOf(postmasterPid(dataDir.path), dataDir.path),
      output,
      exited,
      kill: () => endProcess(child, 'SIGKILL'),
      close: async () => {
        await endProcess(child);
        dataDir.remove();
      },
    };
  } catch (error) {
    dataDir.remove();
    throw error;
  }
};
