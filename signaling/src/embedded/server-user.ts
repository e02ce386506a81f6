import { chmod, chown, lchown, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedPostgresError, hasErrorCode } from './errors.ts';

/** Who PostgreSQL runs as. */
export interface ServerUser {
  uid: number;
  gid: number;
  /** False when we are root: PostgreSQL refuses root, and runs under another user. */
  isSelf: boolean;
}

/**
 * An ordinary user runs PostgreSQL as itself. Root runs it as the owner of the data where that is somebody
 * else, so that a directory made without root keeps its owner, and otherwise as `nobody`.
 */
export async function chooseServerUser(clusterDir: string): Promise<ServerUser> {
  const self = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const owner = await readOwner(clusterDir);
  if (self.uid !== 0) {
    if (owner === undefined || owner.uid === self.uid) return { ...self, isSelf: true };
    throw new EmbeddedPostgresError(
      `${clusterDir} belongs to user ${owner.uid}, and we run as user ${self.uid}. ` +
        'Start as that user or as root, or set DATA_DIR to another folder.',
    );
  }
  if (owner !== undefined && owner.uid !== 0) return { ...owner, isSelf: false };
  return { ...(await findNobody()), isSelf: false };
}

/**
 * Lets PostgreSQL pass through our data directory to its own folder inside, by giving it a group that holds
 * nobody else and may only pass. A directory that somebody shared with a group of theirs stays as it is.
 */
export async function admitToDataDir(dataDir: string, user: ServerUser): Promise<void> {
  if (user.isSelf) return;
  const { uid, gid, mode } = await stat(dataDir);
  const isPassable = (mode & 0o001) !== 0 || (gid === user.gid && (mode & 0o010) !== 0);
  if (isPassable || uid !== 0 || (mode & 0o070) !== 0) return;
  await chown(dataDir, uid, user.gid);
  await chmod(dataDir, (mode & 0o7777) | 0o010);
}

/** Gives data that root restored from a backup back to PostgreSQL's user. */
export async function giveToServerUser(directory: string, user: ServerUser): Promise<void> {
  if ((await stat(directory)).uid === user.uid) return;
  for (const entry of await readdir(directory, { recursive: true })) {
    await lchown(join(directory, entry), user.uid, user.gid);
  }
  // Last, since it marks the work as done.
  await chown(directory, user.uid, user.gid);
}

async function readOwner(path: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const { uid, gid } = await stat(path);
    return { uid, gid };
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

async function findNobody(): Promise<{ uid: number; gid: number }> {
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const [, uid, gid] = /^nobody:[^:]*:(-?\d+):(-?\d+):/m.exec(passwd) ?? [];
  if (uid === undefined || gid === undefined) {
    throw new EmbeddedPostgresError(
      'PostgreSQL refuses to run as root, and this system has no user "nobody" to run it as. ' +
        'Start as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  // macOS writes -2 where the system calls want its unsigned form.
  return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
}
