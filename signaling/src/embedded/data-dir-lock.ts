import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasErrorCode } from './errors.ts';
import { isSameProcess, parsePid, readProcessStartTime } from './process-identity.ts';

const LOCK_FILE = 'boltorezka.lock';
const TAKEOVER_TIMEOUT_MS = 5_000;
const TAKEOVER_POLL_MS = 10;

/** The right to use a data directory, held until it is released or the process ends. */
export interface DataDirLock {
  /** Gives the directory up. Safe to call again. */
  release(): Promise<void>;
}

/** Another living process holds the data directory. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  readonly pid: number;

  constructor(dataDir: string, holder: LockOwner) {
    super(
      `The data directory ${dataDir} is in use by process ${holder.pid}, running since ${holder.startedAt}. ` +
        'Two servers on one directory would lose messages: ' +
        `stop that process (kill ${holder.pid}), or set DATA_DIR to another folder.`,
    );
    this.pid = holder.pid;
  }
}

interface LockOwner {
  /** Makes every lock's text unique, on which taking over a stale one rests. */
  id: string;
  pid: number;
  processStartTime: string;
  startedAt: string;
}

/**
 * Takes the data directory for this process, making it (mode 0700) where there is none. A lock whose owner
 * is gone is taken over.
 *
 * @throws DataDirInUseError when a living process holds it.
 */
export async function acquireDataDirLock(dataDir: string): Promise<DataDirLock> {
  const directory = resolve(dataDir);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, LOCK_FILE);
  const content = JSON.stringify(await describeThisProcess());
  const holder = await claim(path, content);
  if (holder) throw new DataDirInUseError(directory, holder);

  let released: Promise<void> | undefined;
  const release = (): Promise<void> => {
    released ??= removeIfOurs(path, content);
    return released;
  };
  return { release };
}

/** Puts `content` at `path` unless a living process is there already, which it then returns. */
async function claim(path: string, content: string): Promise<LockOwner | undefined> {
  const deadline = Date.now() + TAKEOVER_TIMEOUT_MS;
  for (;;) {
    if (await createWhole(path, content)) return undefined;
    const found = await readIfPresent(path);
    if (found === undefined) continue;
    const holder = parseOwner(found);
    if (holder && (await isSameProcess({ pid: holder.pid, startTime: holder.processStartTime })))
      return holder;
    const outcome = await takeOver({ path, stale: found, content });
    if (outcome === 'taken') return undefined;
    if (outcome === 'changed') continue;
    // Somebody else is taking it over this very moment, and will be the holder a few file operations later.
    if (Date.now() > deadline) return outcome;
    await delay(TAKEOVER_POLL_MS);
  }
}

/**
 * Replaces a stale lock. Only who holds the guard named after the stale text may replace that text, and the
 * text is read again under the guard, so of several that found the same stale lock exactly one succeeds, and
 * a late one cannot remove the winner's. A guard left by a crash is stale itself and is claimed the same way.
 */
async function takeOver(lock: {
  path: string;
  stale: string;
  content: string;
}): Promise<'taken' | 'changed' | LockOwner> {
  const digest = createHash('sha256').update(lock.stale).digest('hex').slice(0, 16);
  const guard = `${lock.path}.${digest}`;
  const other = await claim(guard, lock.content);
  if (other) return other;
  try {
    if ((await readIfPresent(lock.path)) !== lock.stale) return 'changed';
    const draft = await writeDraft(lock.path, lock.content);
    await rename(draft, lock.path);
    return 'taken';
  } finally {
    await rm(guard, { force: true });
  }
}

/** Creates the file with all its text in one step, so that nobody ever reads a part of it. */
async function createWhole(path: string, content: string): Promise<boolean> {
  const draft = await writeDraft(path, content);
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (hasErrorCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function writeDraft(path: string, content: string): Promise<string> {
  const draft = `${path}.${randomUUID()}.tmp`;
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' });
  return draft;
}

async function removeIfOurs(path: string, content: string): Promise<void> {
  if ((await readIfPresent(path)) === content) await rm(path, { force: true });
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function describeThisProcess(): Promise<LockOwner> {
  const processStartTime = (await readProcessStartTime(process.pid)) ?? '';
  const startedAt = new Date(Date.now() - process.uptime() * 1_000).toISOString();
  return { id: randomUUID(), pid: process.pid, processStartTime, startedAt };
}

/** Undefined for a text that no living process can have written: what a power cut left. */
function parseOwner(text: string): LockOwner | undefined {
  try {
    const { id, pid, processStartTime, startedAt } = JSON.parse(text) as Partial<
      Record<keyof LockOwner, unknown>
    >;
    const validPid = parsePid(pid);
    if (validPid === undefined || typeof processStartTime !== 'string') return undefined;
    return { id: String(id), pid: validPid, processStartTime, startedAt: String(startedAt) };
  } catch {
    return undefined;
  }
}
