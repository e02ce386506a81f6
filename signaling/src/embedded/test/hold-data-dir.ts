// A process of its own for the tests: holds the data directory named by its first argument, with PostgreSQL
// running if the second one is "postgres", until its standard input ends. It says how it fared as one line.
import { once } from 'node:events';
import { acquireDataDirLock } from '../data-dir-lock.ts';
import { startEmbeddedPostgres } from '../postgres.ts';

const [dataDir = '', mode] = process.argv.slice(2);
const silentLog = { info: () => {}, warn: () => {} };

function say(report: object): void {
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

process.stdin.resume();
const ended = once(process.stdin, 'end');
if (mode === 'race') {
  say({ state: 'waiting' });
  await once(process.stdin, 'data');
}
try {
  const lock = await acquireDataDirLock(dataDir);
  const postgres = mode === 'postgres' ? await startEmbeddedPostgres({ dataDir, log: silentLog }) : undefined;
  say({ state: 'held', adopted: postgres?.adopted });
  await ended;
  await postgres?.close();
  await lock.release();
} catch (error) {
  say({ state: 'failed', message: error instanceof Error ? error.message : String(error) });
}
