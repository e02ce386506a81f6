import { createReadStream } from 'node:fs';
import { access, chmod, constants, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  attachmentIdOf,
  type ByteRange,
  type FileStorage,
  type FinishedFile,
  type StoredFile,
} from './storage.ts';

const batchSize = 500;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const ignoreMissing = (error: unknown): undefined => {
  if (!isMissing(error)) throw error;
};

/** What was written before is on the disk, and no longer in its cache alone. */
const sync = async (path: string): Promise<void> => {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** 65,536 folders at most: no folder holds so many files that it becomes slow. */
const folderOf = (root: string, key: string): string => join(root, key.slice(0, 2), key.slice(2, 4));

const put = async (root: string, key: string, { path }: FinishedFile): Promise<void> => {
  const folder = folderOf(root, key);
  await sync(path);
  await chmod(path, 0o600);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rename(path, join(folder, key));
  // The name, and the folders that may be new, are entries of the folders above.
  for (const changed of [folder, dirname(folder), root]) await sync(changed);
};

const entriesOf = async function* (folder: string): AsyncIterable<string> {
  const opened = await opendir(folder).catch(ignoreMissing);
  if (!opened) return;
  for await (const entry of opened) yield entry.name;
};

const list = async function* (root: string): AsyncIterable<StoredFile[]> {
  let batch: StoredFile[] = [];
  for await (const first of entriesOf(root)) {
    if (!/^[0-9a-f]{2}$/.test(first)) continue;
    for await (const second of entriesOf(join(root, first))) {
      for await (const key of entriesOf(join(root, first, second))) {
        if (attachmentIdOf(key) === undefined) continue;
        const found = await stat(join(root, first, second, key)).catch(ignoreMissing);
        if (found) batch.push({ key, modifiedAt: found.mtime });
        if (batch.length < batchSize) continue;
        yield batch;
        batch = [];
      }
    }
  }
  if (batch.length > 0) yield batch;
};

const read = async (root: string, key: string, range: ByteRange | undefined) => {
  // Opened before it is answered: a file that is gone is told as such, not as a stream that breaks.
  const handle = await open(join(folderOf(root, key), key), 'r').catch(ignoreMissing);
  return handle && createReadStream('', { fd: handle, ...range });
};

/**
 * Files in a folder of this machine. They arrive by renaming, so the folder of unfinished ones has to be on the same file
 * system.
 */
export const createDiskStorage = (root: string): FileStorage => ({
  // Nothing on a disk takes so long that it would be given up in the middle.
  put: async (key, file, giveUp) => {
    giveUp?.throwIfAborted();
    await put(root, key, file);
  },
  read: (key, range) => read(root, key, range),
  delete: async (key, giveUp) => {
    giveUp?.throwIfAborted();
    await rm(join(folderOf(root, key), key), { force: true });
  },
  list: () => list(root),
  probe: async () => {
    await mkdir(root, { recursive: true, mode: 0o700 });
    await access(root, constants.W_OK);
  },
});
