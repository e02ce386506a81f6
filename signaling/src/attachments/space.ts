import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { AppError } from '@boltorezka/protocol';

export interface SpaceOptions {
  /** Where uploads arrive, and on the same file system the files that a disk keeps. */
  folder: string;
  /** So much stays free whatever is uploaded: the embedded database may be on the same disk. */
  minFreeBytes: number;
  readFreeBytes?: (folder: string) => Promise<number>;
}

const freeBytesOf = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
};

const mebibytes = (bytes: number): number => Math.floor(bytes / 1024 / 1024);

export const noRoomLeft = (): AppError =>
  new AppError('StorageFull', 'The server has no room left for files. Tell whoever runs it.');

/** What is left of the disk that uploads arrive on. What is under way counts as if it were there already. */
export class DiskSpace {
  readonly #options: SpaceOptions;
  #promised = 0;

  constructor(options: SpaceOptions) {
    this.#options = options;
  }

  /**
   * Keeps room for an upload.
   * @throws AppError `StorageFull` where it would leave too little. @returns the end of it.
   */
  async reserve(bytes: number): Promise<() => void> {
    const { folder, minFreeBytes } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const free = await this.#free();
    if (free - this.#promised - bytes < minFreeBytes) throw noRoomLeft();
    this.#promised += bytes;
    return () => {
      this.#promised -= bytes;
    };
  }

  /**
   * How the folder is, in the words of `/readyz`.
   * @throws what the operating system says of a folder that is missing or not ours to write to.
   */
  async describe(): Promise<{ ok: boolean; detail: string }> {
    const { folder, minFreeBytes } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
    const free = await this.#free();
    const ok = free >= minFreeBytes;
    const left = `${mebibytes(free)} MiB free`;
    return { ok, detail: ok ? left : `${left}, less than ${mebibytes(minFreeBytes)}: uploads are refused` };
  }

  #free(): Promise<number> {
    const { folder, readFreeBytes = freeBytesOf } = this.#options;
    return readFreeBytes(folder);
  }
}
