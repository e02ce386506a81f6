import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** What a data directory says of the database, outside of it. */
export const createMarker = (dataDir: string) => {
  const path = join(dataDir, 'log-generation');
  const restoredPath = join(dataDir, 'restored');
  return {
    /** The greatest generation that was seen; 0 where none was. */
    read: async (): Promise<number> => {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return '0';
        throw error;
      });
      return Number.parseInt(text, 10) || 0;
    },

    write: async (generation: number): Promise<void> => {
      await writeFile(`${path}.new`, `${generation}\n`);
      await rename(`${path}.new`, path);
    },

    /** Somebody has put the data back, and says so by a file: a copy of the directory is as old as its database. */
    saysRestored: async (): Promise<boolean> =>
      readFile(restoredPath).then(
        () => true,
        (error: unknown) => {
          if (isMissing(error)) return false;
          throw error;
        },
      ),

    forgetRestored: () => rm(restoredPath, { force: true }),
  };
};

export type Marker = ReturnType<typeof createMarker>;
