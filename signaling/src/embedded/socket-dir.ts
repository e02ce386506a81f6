import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgresError, hasErrorCode } from './errors.ts';
import type { ServerUser } from './server-user.ts';

/** Only part of the socket's file name: there is no TCP port. */
export const SOCKET_PORT = 5432;

/** The kernel holds 108 bytes of a socket's path on Linux and 104 on macOS. */
const MAX_SOCKET_PATH_BYTES = 100;
const socketName = `.s.PGSQL.${SOCKET_PORT}`;

/** Where the server's socket is. Nobody but its user, and root, can enter. */
export interface SocketDir {
  path: string;
  /** Removes the socket, and the directory where it was made for it. The server must have ended. */
  remove(): Promise<void>;
}

export interface SocketDirRequest {
  /** The data of PostgreSQL, as a real path. Mode 0700, which PostgreSQL itself insists on. */
  clusterDir: string;
  user: ServerUser;
  /** Where a path that is too long goes; the system's temporary directory unless told. */
  runtimeRoot?: string | undefined;
}

/** Places the socket beside the data, or, where that path is too long, in a private runtime directory. */
export async function prepareSocketDir(request: SocketDirRequest): Promise<SocketDir> {
  if (fits(request.clusterDir)) return describe(request.clusterDir, []);
  const digest = createHash('sha256').update(request.clusterDir).digest('hex').slice(0, 16);
  const roots = [...(request.runtimeRoot === undefined ? [] : [request.runtimeRoot]), tmpdir(), '/tmp'];
  const outer = roots.map((root) => join(root, `boltorezka-${digest}`)).find((path) => fits(join(path, 's')));
  if (outer === undefined) {
    throw new EmbeddedPostgresError(
      `The path of ${request.clusterDir} is too long for a socket. Set DATA_DIR to a shorter one.`,
    );
  }
  // Two levels: the outer one is ours, so that its owner vouches for it even when the inner one is not.
  await makePrivateDir(outer, request.user.isSelf ? 0o700 : 0o711);
  const inner = join(outer, 's');
  await mkdir(inner, { recursive: true, mode: 0o700 });
  if (!request.user.isSelf) await chown(inner, request.user.uid, request.user.gid);
  return describe(inner, [inner, outer]);
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, socketName)) <= MAX_SOCKET_PATH_BYTES;
}

function describe(path: string, ownDirectories: string[]): SocketDir {
  const remove = async (): Promise<void> => {
    await rm(join(path, socketName), { force: true });
    await rm(join(path, `${socketName}.lock`), { force: true });
    for (const directory of ownDirectories) await rmdir(directory).catch(() => {});
  };
  return { path, remove };
}

/** The name can be foreseen, so whoever may write beside it can be there first: such a one is refused. */
async function makePrivateDir(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error;
    const found = await lstat(path);
    if (!found.isDirectory() || found.uid !== process.getuid?.()) {
      throw new EmbeddedPostgresError(
        `${path} should be our private directory, but it belongs to user ${found.uid}. ` +
          'Remove it, or set DATA_DIR to a shorter path, which needs no such directory.',
      );
    }
  }
  // Also undoes the umask.
  await chmod(path, mode);
}
