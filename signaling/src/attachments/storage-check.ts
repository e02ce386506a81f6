import type { DiskSpace } from './space.ts';
import type { FileStorage } from './storage.ts';

/** By what node says of a folder. The path is for the log alone. */
const details: Readonly<Record<string, string>> = {
  ENOENT: 'missing',
  ENOTDIR: 'missing',
  EEXIST: 'missing',
  EACCES: 'not writable',
  EPERM: 'not writable',
  EROFS: 'not writable',
};

const detailOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error ? details[String(error.code)] : undefined;

/**
 * How the files are, in the words of `/readyz`.
 * @throws what cannot be told in a word: a storage that does not answer.
 */
export const createStorageCheck =
  (space: DiskSpace, storage: FileStorage) => async (): Promise<{ ok: boolean; detail: string }> => {
    try {
      await storage.probe();
      return await space.describe();
    } catch (error) {
      const detail = detailOf(error);
      if (detail === undefined) throw error;
      return { ok: false, detail };
    }
  };
