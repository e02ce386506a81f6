import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePorts } from '../../media/test/ports.ts';
import { inheritedByPrograms, startUntil } from './processes.ts';
import { roomyLimits } from './roomy-limits.ts';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface StartOptions {
  dataDir: string;
  env?: Record<string, string>;
  args?: string[];
}

export interface RunningProcess {
  child: ChildProcess;
  url: string;
  output: () => string;
}

export const makeDataDir = (): { path: string; remove: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'boltorezka-data-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** The program as an operator starts it, in a process of its own; resolves when it says that it is ready. */
export const startProcess = async ({
  dataDir,
  env = {},
  args = [],
}: StartOptions): Promise<RunningProcess> => {
  const port = await findFreePorts();
  const mediaPort = await findFreePorts(2);
  let output = '';
  const child = await startUntil(
    [process.execPath, main, ...args],
    (text) => {
      output = text;
      return text.includes('Boltorezka is ready');
    },
    {
      env: {
        ...inheritedByPrograms(),
        ...roomyLimits,
        DATA_DIR: dataDir,
        PORT: String(port),
        MEDIA_PORT: String(mediaPort),
        MEDIA_WORKERS: '2',
        ...env,
      },
    },
  );
  const scheme = args.includes('--lan') ? 'https' : 'http';
  return { child, url: `${scheme}://127.0.0.1:${port}`, output: () => output };
};

export const isAlive = (pid: number): boolean => {
  try {
    // A zombie has ended; only its parent has not looked yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

const readTable = (): [pid: number, parent: number][] =>
  execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);

export const childrenOf = (pid: number): number[] =>
  readTable().flatMap(([child, parent]) => (parent === pid ? [child] : []));

/** The process, its children and theirs. */
export const familyOf = (pid: number): number[] => {
  const table = readTable();
  const family = (root: number): number[] => [
    root,
    ...table.filter(([, parent]) => parent === root).flatMap(([child]) => family(child)),
  ];
  return family(pid);
};

/** The process, its children and theirs, and the embedded PostgreSQL, which is nobody's child. */
export const processesOf = (pid: number, dataDir: string): number[] => {
  const postmaster = Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
  return [...new Set([...familyOf(pid), ...familyOf(postmaster)])];
};
