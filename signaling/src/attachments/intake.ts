import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@boltorezka/protocol';
import type { BinaryRequest } from '../http/binary.ts';
import { CommitInDoubtError } from '../platform/db-errors.ts';
import type { Logger } from '../platform/log.ts';
import { receive, stopping, tooLarge, type UploadSpeed } from './incoming.ts';
import { isDiskFull } from './pictures.ts';
import { Slots } from './slots.ts';
import { type DiskSpace, noRoomLeft } from './space.ts';
import type { FileStorage, FinishedFile } from './storage.ts';
import { S3Error } from './storage-s3.ts';

export interface IntakeDeps {
  storage: FileStorage;
  incomingFolder: string;
  space: DiskSpace;
  log: Logger;
  speed?: UploadSpeed;
  /** How often an upload's speed is looked at. */
  checkMs?: number;
}

/** A server that stops has ten seconds for everything. */
const cleaningMs = 2_000;

/** What the operating system refused, and what libvips could not write. */
const isSystemError = (error: unknown): boolean =>
  isDiskFull(error) || (error instanceof Error && 'syscall' in error);

/** How bytes become stored files: an upload's turn, room on the disk, the body on it, and at last the storage with a row. */
export class Intake {
  readonly #deps: IntakeDeps;
  readonly #slots = new Slots();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Fires when the server stops. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /**
   * One upload of a person's.
   * @throws AppError `RateLimited`, `StorageFull`, `Unavailable`, and what the work throws.
   */
  async run<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const release = this.#slots.take(userId);
    const running = work();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw this.#explain(error);
    } finally {
      release();
      this.#running.delete(running);
    }
  }

  /**
   * Takes a body onto the disk for as long as the work needs it; nothing of it stays there.
   * @throws AppError `PayloadTooLarge`, `StorageFull`, `ValidationError`, and what the work throws.
   */
  async receive<T>(
    body: BinaryRequest,
    maxBytes: number,
    work: (file: FinishedFile) => Promise<T>,
  ): Promise<T> {
    const { incomingFolder: folder, space, speed, checkMs } = this.#deps;
    if ((body.declaredBytes ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const release = await space.reserve(body.declaredBytes ?? maxBytes);
    try {
      const options = { folder, maxBytes, ...(speed && { speed }), ...(checkMs && { checkMs }) };
      const received = await receive(body.stream, options, this.closing);
      try {
        if (received.sizeBytes === 0) throw new AppError('ValidationError', 'The file is empty.');
        return await work(received);
      } finally {
        await rm(received.path, { force: true });
      }
    } finally {
      release();
    }
  }

  /**
   * Has bytes that the server has by itself on the disk, for as long as the work needs them.
   * @throws AppError `StorageFull` where there is no room for them, and what the work throws.
   */
  async hold<T>(bytes: Buffer, work: (file: FinishedFile) => Promise<T>): Promise<T> {
    const { incomingFolder, space } = this.#deps;
    const release = await space.reserve(bytes.length);
    const path = join(incomingFolder, randomUUID());
    try {
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 });
      return await work({ path, sizeBytes: bytes.length });
    } finally {
      release();
      await rm(path, { force: true });
    }
  }

  /**
   * First the files, then the row that `write` writes: a row never names a file that is not there. Where nobody knows whether there
   * is a row, the files stay: if there is none, they are found when the storage is compared.
   */
  async store<T>(files: readonly (readonly [string, FinishedFile])[], write: () => Promise<T>): Promise<T> {
    const { storage, log } = this.#deps;
    try {
      for (const [key, file] of files) await storage.put(key, file, this.closing);
      return await write();
    } catch (error) {
      if (error instanceof CommitInDoubtError) throw error;
      const giveUp = AbortSignal.timeout(cleaningMs);
      await Promise.all(files.map(([key]) => storage.delete(key, giveUp))).catch((cause: unknown) =>
        log.warn({ err: cause }, 'the file of a failed upload stays until the storage is compared'),
      );
      throw error;
    }
  }

  /** Ends what is being uploaded: what a picture or a storage still takes is not waited for. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  #explain(error: unknown): unknown {
    if (error instanceof AppError) return error;
    if (this.#closing.signal.aborted) return stopping();
    if (!(error instanceof S3Error) && !isSystemError(error)) return error;
    this.#deps.log.error({ err: error }, 'an upload could not be stored');
    return isDiskFull(error) || (error instanceof S3Error && error.isFull)
      ? noRoomLeft()
      : new AppError('Unavailable', 'The file could not be stored; try again in a moment.');
  }
}
