import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A secret that nobody configured: made once, kept in the data directory, readable by its owner alone.
 * @returns 48 random bytes, base64url.
 */
export const keepSecret = async (dataDir: string, name: string): Promise<string> => {
  const path = join(dataDir, name);
  try {
    const known = (await readFile(path, 'utf8')).trim();
    await chmod(path, 0o600);
    if (known.length >= 32) return known;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secret = randomBytes(48).toString('base64url');
  await writeFile(`${path}.new`, `${secret}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return secret;
};
