import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AppError, type Attachment } from '@boltorezka/protocol';
import type { BinaryRequest } from '../http/binary.ts';
import type { Logger } from '../platform/log.ts';
import { receive, stopping, tooLarge, type UploadSpeed } from './incoming.ts';
import { sniffMediaType } from './media-type.ts';
import { toSafeName } from './names.ts';
import { isDiskFull, type Picture, type Pictures } from './pictures.ts';
import { isPicture, unknownType } from './policy.ts';
import type { AttachmentRepository, QuotaCheck } from './repository.ts';
import { type DiskSpace, noRoomLeft } from './space.ts';
import { type FileStorage, type FinishedFile, keysOf } from './storage.ts';
import { S3Error } from './storage-s3.ts';

export interface AttachmentServiceDeps {
  repository: AttachmentRepository;
  storage: FileStorage;
  pictures: Pictures;
  incomingFolder: string;
  maxBytes: number;
  quotaBytes: number;
  /** Of everybody together. */
  totalBytes: number | undefined;
  space: DiskSpace;
  log: Logger;
  speed?: UploadSpeed;
  /** How often an upload's speed is looked at. */
  checkMs?: number;
}

export interface Upload {
  roomId: string;
  userId: string;
  /** As the client calls it. */
  name: string;
  body: BinaryRequest;
}

/** Uploads of one person at a time, and of all. */
const atOnce = { ofPerson: 3, ofAll: 100 };

/** A server that stops has ten seconds for everything. */
const cleaningMs = 2_000;

const overQuota = (quotaBytes: number): AppError =>
  new AppError(
    'QuotaExceeded',
    `Your files would take up more than the ${Math.floor(quotaBytes / 1024 / 1024)} MiB that you have. Delete messages with files that nobody needs, then upload it again.`,
  );

/** What the operating system refused, and what libvips could not write. */
const isSystemError = (error: unknown): boolean =>
  isDiskFull(error) || (error instanceof Error && 'syscall' in error);

/** Counts uploads that are under way. */
class Slots {
  readonly #ofPerson = new Map<string, number>();
  #ofAll = 0;

  /** @throws AppError `RateLimited`, `Unavailable`. @returns the end of this one. */
  take(userId: string): () => void {
    const own = this.#ofPerson.get(userId) ?? 0;
    if (own >= atOnce.ofPerson)
      throw new AppError(
        'RateLimited',
        `You may upload ${atOnce.ofPerson} files at a time; wait for one to end.`,
      );
    if (this.#ofAll >= atOnce.ofAll)
      throw new AppError('Unavailable', 'Too many files are being uploaded; try again in a moment.');
    this.#ofPerson.set(userId, own + 1);
    this.#ofAll += 1;
    return () => {
      const left = (this.#ofPerson.get(userId) ?? 1) - 1;
      if (left === 0) this.#ofPerson.delete(userId);
      else this.#ofPerson.set(userId, left);
      this.#ofAll -= 1;
    };
  }
}

/** Takes files in: to the disk, looked into, into the storage, and at last into the database. */
export class AttachmentService {
  readonly #deps: AttachmentServiceDeps;
  readonly #slots = new Slots();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<unknown>>();

  constructor(deps: AttachmentServiceDeps) {
    this.#deps = deps;
  }

  /**
   * Whatever goes wrong, nothing of the file stays.
   * @throws AppError `PayloadTooLarge`, `QuotaExceeded`, `RateLimited`, `StorageFull`, `Unavailable`, `ValidationError`.
   */
  async upload(upload: Upload): Promise<Attachment> {
    const release = this.#slots.take(upload.userId);
    const running = this.#upload(upload);
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

  /** Ends what is being uploaded: what a picture or a storage still takes is not waited for. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#running);
  }

  async #upload({ roomId, userId, name, body }: Upload): Promise<Attachment> {
    const { repository, maxBytes, space } = this.#deps;
    const declared = body.declaredBytes ?? 0;
    if (declared > maxBytes) throw tooLarge(maxBytes);
    // Asked before anything is received; what counts is asked when the row is written.
    const quota = this.#quotaFor(declared);
    quota.assertFits(await repository.usedBytes(userId));
    if (quota.assertAllFit) quota.assertAllFit(await repository.allBytes());
    const release = await space.reserve(body.declaredBytes ?? maxBytes);
    try {
      return await this.#take({ roomId, userId, name, body });
    } finally {
      release();
    }
  }

  async #take({ roomId, userId, name, body }: Upload): Promise<Attachment> {
    const received = await this.#receive(body);
    const made: string[] = [received.path];
    try {
      if (received.sizeBytes === 0) throw new AppError('ValidationError', 'The file is empty.');
      const { mediaType, picture } = await this.#lookInto(received);
      if (picture?.thumbnail) made.push(picture.thumbnail.path);
      const file = picture?.file ?? received;
      const attachment: Attachment = {
        id: randomUUID(),
        name: toSafeName(name),
        mediaType,
        sizeBytes: file.sizeBytes,
        ...(picture?.width && picture.height ? { width: picture.width, height: picture.height } : {}),
        hasThumbnail: picture?.thumbnail !== undefined,
      };
      await this.#store({ ...attachment, roomId, userId }, file, picture?.thumbnail);
      return attachment;
    } finally {
      await Promise.all(made.map((path) => rm(path, { force: true })));
    }
  }

  #receive({ stream }: BinaryRequest): Promise<FinishedFile> {
    const { incomingFolder: folder, maxBytes, speed, checkMs } = this.#deps;
    const options = { folder, maxBytes, ...(speed && { speed }), ...(checkMs && { checkMs }) };
    return receive(stream, options, this.#closing.signal);
  }

  /** A picture that nobody could look at safely is a file like any other: saved, never shown. */
  async #lookInto(file: FinishedFile): Promise<{ mediaType: string; picture?: Picture }> {
    const mediaType = await sniffMediaType(file.path);
    if (!isPicture(mediaType)) return { mediaType };
    const picture = await this.#deps.pictures.prepare(file, mediaType, this.#closing.signal);
    return picture ? { mediaType, picture } : { mediaType: unknownType };
  }

  /** First the files, then the row: a row never names a file that is not there. */
  async #store(
    attachment: Attachment & { roomId: string; userId: string },
    file: FinishedFile,
    thumbnail: FinishedFile | undefined,
  ): Promise<void> {
    const { storage, repository, log } = this.#deps;
    const { signal } = this.#closing;
    const keys = keysOf(attachment.id);
    try {
      await storage.put(keys.file, file, signal);
      if (thumbnail) await storage.put(keys.thumbnail, thumbnail, signal);
      await repository.add(attachment, this.#quotaFor(attachment.sizeBytes));
    } catch (error) {
      const giveUp = AbortSignal.timeout(cleaningMs);
      await Promise.all([keys.file, keys.thumbnail].map((key) => storage.delete(key, giveUp))).catch(
        (cause: unknown) =>
          log.warn({ err: cause }, 'the file of a failed upload stays until the storage is compared'),
      );
      throw error;
    }
  }

  #quotaFor(moreBytes: number): QuotaCheck {
    const { quotaBytes, totalBytes } = this.#deps;
    return {
      assertFits: (usedBytes) => {
        if (usedBytes + moreBytes > quotaBytes) throw overQuota(quotaBytes);
      },
      ...(totalBytes !== undefined && {
        assertAllFit: (usedBytes: number) => {
          if (usedBytes + moreBytes > totalBytes) throw noRoomLeft();
        },
      }),
    };
  }

  #explain(error: unknown): unknown {
    if (error instanceof AppError) return error;
    if (this.#closing.signal.aborted) return stopping();
    if (!(error instanceof S3Error) && !isSystemError(error)) return error;
    const { log } = this.#deps;
    log.error({ err: error }, 'an upload could not be stored');
    return isDiskFull(error) || (error instanceof S3Error && error.isFull)
      ? noRoomLeft()
      : new AppError('Unavailable', 'The file could not be stored; try again in a moment.');
  }
}
