import { mkdir, rmdir, stat } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './errors.ts';
import type { ServerUser } from './server-user.ts';

/** How to spawn a program of PostgreSQL so that it runs as its user and reaches its files. */
export interface Launch {
  command: string;
  args: string[];
  options: { cwd: string; env: Record<string, string>; uid?: number; gid?: number };
  /** True when the program sees the closed folders through a mount namespace of its own. */
  isIsolated: boolean;
  /** Removes what was only needed to start. Safe to call again, and while the program runs. */
  cleanUp(): Promise<void>;
}

export interface LaunchRequest {
  program: string;
  args: string[];
  user: ServerUser;
  /** Every folder that the program must reach, as real paths. */
  directories: string[];
  /** A folder to mount things in, if need be. It is made, and removed when the program runs. */
  stageDir: string;
}

/** Our environment holds secrets, and `PG*` variables would steer the server: it gets one of its own. */
const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
};

/**
 * Mounts an empty file system aside, binds into it the folders that PostgreSQL needs, and lays it over the
 * closed ancestor. Paths stay what they are outside; whatever else is in the ancestor stays closed. Arguments:
 * the place aside, then (bind|cover, from, to) repeated, then "exec" and the program.
 */
const isolateScript = `
set -e
umask 022
mount -n -t tmpfs -o mode=0711,nosuid,nodev,size=1m tmpfs "$1"
shift
while [ "$1" != exec ]; do
  if [ "$1" = bind ]; then mkdir -p "$3"; mount -n --bind "$2" "$3"; else mount -n --rbind "$2" "$3"; fi
  shift 3
done
shift
exec "$@"`;

/**
 * Plans a plain spawn where the kernel lets PostgreSQL's user reach the directories. Below a folder that is
 * closed to it, such as /root, the program gets a mount namespace of its own, in which only that user's
 * folders are to be seen there. Copying or opening the closed folder would be the other ways, and worse ones.
 */
export async function planLaunch(request: LaunchRequest): Promise<Launch> {
  const { program, args, user, directories } = request;
  const options = { cwd: '/', env: environment };
  const plain = { command: program, args, options, isIsolated: false, cleanUp: async () => {} };
  if (user.isSelf) return plain;
  const closed = await findClosedAncestors(directories, user);
  if (closed.length > 0) return await planIsolated(request, closed);
  // Node takes ids as signed 32-bit numbers.
  return { ...plain, options: { ...options, uid: user.uid | 0, gid: user.gid | 0 } };
}

/** Says what to do when the namespace could not be had; undefined when `output` shows another failure. */
export function explainIsolationFailure(launch: Launch, output: string): EmbeddedPostgresError | undefined {
  const line = /^(?:unshare|mount|setpriv|mkdir|boltorezka-sandbox): .*$/m.exec(output)?.[0];
  if (!launch.isIsolated || line === undefined) return undefined;
  return new EmbeddedPostgresError(
    'PostgreSQL refuses to run as root, and its user cannot reach this folder: a folder above is closed, and ' +
      `the system allows no private mounts (${line}). Move the installation and DATA_DIR to a folder that ` +
      'everyone may pass, such as /opt, or start as an ordinary user, or set DATABASE_URL.',
  );
}

async function planIsolated(request: LaunchRequest, closed: string[]): Promise<Launch> {
  const { program, args, user, directories, stageDir: stage } = request;
  if (process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      `PostgreSQL refuses to run as root, and its user cannot pass ${closed.join(' and ')}. ` +
        'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  // A process that was killed may have left it.
  await mkdir(stage, { recursive: true, mode: 0o700 });
  const mounts = closed.flatMap((ancestor, index) => {
    const inside = directories.filter((directory) => isBelow(directory, ancestor));
    const cover = join(stage, String(index));
    return inside.flatMap((directory) => ['bind', directory, join(cover, relative(ancestor, directory))]);
  });
  // What hides the stage itself is covered last.
  const order = [...closed.keys()].sort((a, b) => hides(closed[a], stage) - hides(closed[b], stage));
  const covers = order.flatMap((index) => ['cover', join(stage, String(index)), closed[index] ?? '']);
  const namespace = ['--mount', '--propagation', 'slave', '--', '/bin/sh', '-c', isolateScript];
  const drop = ['setpriv', '--reuid', String(user.uid), '--regid', String(user.gid), '--clear-groups'];
  return {
    command: 'unshare',
    // Each step replaces the one before, so the pid that is spawned is the pid of the program.
    args: [
      ...namespace,
      'boltorezka-sandbox',
      stage,
      ...mounts,
      ...covers,
      'exec',
      ...drop,
      program,
      ...args,
    ],
    options: { cwd: '/', env: environment },
    isIsolated: true,
    cleanUp: async () => await rmdir(stage).catch(() => {}),
  };
}

/** The topmost folder on the way to each directory that the user may not pass, each once. */
async function findClosedAncestors(directories: string[], user: ServerUser): Promise<string[]> {
  const closed = new Set<string>();
  for (const directory of directories) {
    for (const ancestor of listAncestors(directory)) {
      if (await canPass(ancestor, user)) continue;
      closed.add(ancestor);
      break;
    }
  }
  return [...closed];
}

function listAncestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...listAncestors(parent), parent];
}

async function canPass(directory: string, user: ServerUser): Promise<boolean> {
  const { uid, gid, mode } = await stat(directory);
  if (uid === user.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === user.gid ? 0o010 : 0o001)) !== 0;
}

function isBelow(path: string, ancestor: string): boolean {
  return path.startsWith(`${ancestor}/`);
}

function hides(ancestor: string | undefined, stage: string): number {
  return ancestor !== undefined && isBelow(stage, ancestor) ? 1 : 0;
}
