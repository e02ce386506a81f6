import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type PostgresBinaries, readBinariesMajorVersion } from './binaries.ts';
import { EmbeddedPostgresError, hasErrorCode } from './errors.ts';
import { explainIsolationFailure, type Launch, planLaunch } from './sandbox.ts';
import type { ServerUser } from './server-user.ts';

/** The role that only this folder uses: it makes the database, which then belongs to a lesser role. */
export const SUPERUSER = 'postgres';

/** Beside the data, so that nothing gathers elsewhere when we are killed in the middle. */
export const STAGE_DIR = 'postgres.stage';

const DRAFT_PREFIX = 'postgres.init-';

export interface ClusterRequest {
  /** A real path. */
  dataDir: string;
  clusterDir: string;
  binaries: PostgresBinaries;
  user: ServerUser;
}

/**
 * Makes the data directory of PostgreSQL where there is none. It is made aside and renamed when it is whole
 * and on the disk, so a crash in the middle leaves nothing that could be taken for a database.
 *
 * @returns true when it was made.
 */
export async function ensureCluster(request: ClusterRequest): Promise<boolean> {
  if (await isClusterUsable(request)) return false;
  await removeDrafts(request.dataDir);
  const draft = await mkdtemp(join(request.dataDir, DRAFT_PREFIX));
  if (!request.user.isSelf) await chown(draft, request.user.uid, request.user.gid);
  try {
    await initialiseCluster(draft, request);
    await rename(draft, request.clusterDir);
    await syncDirectory(request.dataDir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  return true;
}

async function isClusterUsable({ clusterDir, binaries }: ClusterRequest): Promise<boolean> {
  const entries = await readdir(clusterDir).catch((error: unknown): string[] => {
    if (hasErrorCode(error, 'ENOENT')) return [];
    throw error;
  });
  // An empty folder is as good as none: the rename replaces it.
  if (entries.length === 0) return false;
  if (!entries.includes('PG_VERSION')) {
    throw new EmbeddedPostgresError(
      `${clusterDir} holds files but no PostgreSQL database. Move them away, or set DATA_DIR to another folder.`,
    );
  }
  const found = (await readFile(join(clusterDir, 'PG_VERSION'), 'latin1')).trim();
  const wanted = await readBinariesMajorVersion(binaries);
  if (found === wanted) return true;
  throw new EmbeddedPostgresError(
    `The database in ${clusterDir} was made by PostgreSQL ${found}, and this release brings PostgreSQL ${wanted}, ` +
      `which cannot read it. Start the release that made it and dump it with pg_dump of version ${found}, then ` +
      'restore the dump into an empty DATA_DIR; or serve it with your own PostgreSQL and set DATABASE_URL.',
  );
}

/** What a crash left. An initdb that outlived us may still write there: then the next start removes it. */
async function removeDrafts(dataDir: string): Promise<void> {
  const drafts = (await readdir(dataDir)).filter((name) => name.startsWith(DRAFT_PREFIX));
  for (const name of drafts) await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => {});
}

/**
 * Full text search asks the C library what a letter is, through `lc_ctype`: in plain C, Russian quotation
 * marks and dashes would count as letters of the words beside them. Linux has C.UTF-8, macOS may not.
 */
const characterTypes = ['C.UTF-8', 'en_US.UTF-8', 'UTF-8', 'C'];

async function initialiseCluster(directory: string, request: ClusterRequest): Promise<void> {
  const { binaries, user, dataDir } = request;
  let output = '';
  for (const characterType of characterTypes) {
    const launch = await planLaunch({
      program: binaries.initdb,
      args: listInitdbArguments(directory, characterType),
      user,
      directories: [binaries.nativeDir, directory],
      stageDir: join(dataDir, STAGE_DIR),
    });
    const result = await run(launch);
    if (result.isSuccess) return;
    const explained = explainIsolationFailure(launch, result.output);
    if (explained) throw explained;
    output = result.output;
    if (!/locale/i.test(output)) break;
  }
  throw new EmbeddedPostgresError(`PostgreSQL could not make a database in ${directory}: ${output.trim()}`);
}

function listInitdbArguments(directory: string, characterType: string): string[] {
  return [
    `--pgdata=${directory}`,
    `--username=${SUPERUSER}`,
    '--encoding=UTF8',
    // PostgreSQL's own locale: orders by code point, knows upper and lower case of all letters, and is the same
    // on every system, where that of the C library changes with it and would spoil the indexes.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${characterType}`,
    // Whoever reaches the socket may read the files too: its directory is the wall, and a password or `peer`
    // (which fails for a user without a name, as in containers) would add nothing behind it.
    '--auth-local=trust',
    '--auth-host=reject',
    '--no-instructions',
    // One call for the whole file system instead of one for each of a thousand files.
    ...(process.platform === 'linux' ? ['--sync-method=syncfs'] : []),
  ];
}

async function run(launch: Launch): Promise<{ isSuccess: boolean; output: string }> {
  try {
    const child = spawn(launch.command, launch.args, {
      ...launch.options,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [output, [code]] = await Promise.all([
      text(child.stderr),
      once(child, 'exit') as Promise<[number | null]>,
    ]);
    return { isSuccess: code === 0, output };
  } catch (error) {
    return { isSuccess: false, output: describeSpawnError(launch, error) };
  } finally {
    await launch.cleanUp();
  }
}

/** A program that could not be started, in the words that a program would use. */
export function describeSpawnError(launch: Launch, error: unknown): string {
  return `${launch.command}: ${error instanceof Error ? error.message : String(error)}`;
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
