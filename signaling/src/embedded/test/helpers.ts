import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, readlink, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import type { EmbeddedPostgres } from '../postgres.ts';

export const silentLog = { info: () => {}, warn: () => {} };

const holderScript = new URL('./hold-data-dir.ts', import.meta.url).pathname;

export interface Report {
  state: string;
  adopted?: boolean;
  message?: string;
}

export interface Holder {
  pid: number;
  /** Kills the process and all that is in its group, as a closed terminal or a Ctrl-C would reach them. */
  killGroup(): Promise<void>;
  nextReport(): Promise<Report>;
  send(text: string): void;
  /** Lets it close in order, and waits for its end. */
  finish(): Promise<void>;
}

/** Starts a process that holds the data directory. */
export function startHolder(dataDir: string, mode: 'lock' | 'postgres' | 'race'): Holder {
  const child = spawn(process.execPath, [holderScript, dataDir, mode], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  });
  const exited = once(child, 'exit');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    killGroup: async () => {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await exited;
    },
    nextReport: async () => {
      const { value, done } = await lines.next();
      if (done) throw new Error('the process ended without a report');
      return JSON.parse(value) as Report;
    },
    send: (text) => child.stdin.write(text),
    finish: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

/** A folder with all that is in it, whosever it is. */
export async function copyTree(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

/** A process that lives until it is ended, under the given user. */
export async function startBystander(ids: { uid?: number; gid?: number }): Promise<ChildProcess> {
  const child = spawn('sleep', ['600'], { stdio: 'ignore', ...ids });
  await once(child, 'spawn');
  return child;
}

/** The pid of a process that has ended. */
export async function findDeadPid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'exit');
  return child.pid ?? 0;
}

export async function makeTemporaryDir(parent = tmpdir()): Promise<string> {
  return await realpath(await mkdtemp(join(parent, 'boltorezka-test-')));
}

export async function query(server: EmbeddedPostgres, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client(server.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

export async function readServerPid(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** Waits for a condition that nothing announces. */
export async function waitUntil(condition: () => Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('the condition did not come true in time');
    await delay(10);
  }
}

/** The processes that work below a directory or name it on their command line, other than this one. */
export async function listProcessesBelow(directory: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found: number[] = [];
  for (const pid of pids) {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (cwd.startsWith(directory) || command.includes(directory)) found.push(pid);
  }
  return found;
}
