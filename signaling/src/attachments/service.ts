import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AppError, type Attachment, limits } from '@boltorezka/protocol';
import type { BinaryRequest } from '../http/binary.ts';
import { tooLarge } from './incoming.ts';
import type { Intake } from './intake.ts';
import { sniffMediaType } from './media-type.ts';
import { wipeMetadata } from './metadata/index.ts';
import { toSafeName } from './names.ts';
import type { Picture, Pictures } from './pictures.ts';
import { isPicture, unknownType } from './policy.ts';
import type { AttachmentRepository, QuotaCheck } from './repository.ts';
import { noRoomLeft } from './space.ts';
import { type FinishedFile, keysOf } from './storage.ts';

export interface AttachmentServiceDeps {
  repository: AttachmentRepository;
  intake: Intake;
  pictures: Pictures;
  maxBytes: number;
  quotaBytes: number;
  /** Of everybody together. */
  totalBytes: number | undefined;
}

export interface Upload {
  roomId: string;
  userId: string;
  /** As the client calls it. */
  name: string;
  body: BinaryRequest;
}

const overQuota = (quotaBytes: number): AppError =>
  new AppError(
    'QuotaExceeded',
    `Your files would take up more than the ${Math.floor(quotaBytes / 1024 / 1024)} MiB that you have. Delete messages with files that nobody needs, then upload it again.`,
  );

const tooManyUnsent = (): AppError =>
  new AppError(
    'QuotaExceeded',
    `You have uploaded ${limits.maxUnsentAttachments} files and not sent them. Send them, or take some back, then upload it again.`,
  );

/** Takes files in: to the disk, looked into, into the storage, and at last into the database. */
export class AttachmentService {
  readonly #deps: AttachmentServiceDeps;

  constructor(deps: AttachmentServiceDeps) {
    this.#deps = deps;
  }

  /**
   * Whatever goes wrong, nothing of the file stays, unless its row may be there all the same.
   * @throws AppError `PayloadTooLarge`, `QuotaExceeded`, `RateLimited`, `StorageFull`, `Unavailable`, `ValidationError`.
   */
  upload(upload: Upload): Promise<Attachment> {
    return this.#deps.intake.run(upload.userId, () => this.#upload(upload));
  }

  async #upload({ roomId, userId, name, body }: Upload): Promise<Attachment> {
    const { repository, intake, maxBytes } = this.#deps;
    const declared = body.declaredBytes ?? 0;
    if (declared > maxBytes) throw tooLarge(maxBytes);
    // Asked before anything is received; what counts is asked when the row is written.
    const quota = this.#quotaFor(declared);
    quota.assertFits(await repository.usageOf(userId));
    if (quota.assertAllFit) quota.assertAllFit(await repository.allBytes());
    return intake.receive(body, maxBytes, (received) => this.#take({ roomId, userId, name }, received));
  }

  async #take({ roomId, userId, name }: Omit<Upload, 'body'>, received: FinishedFile): Promise<Attachment> {
    const { mediaType, picture } = await this.#lookInto(received);
    try {
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
      if (picture?.thumbnail) await rm(picture.thumbnail.path, { force: true });
    }
  }

  /** What is broken, and a picture that nobody could look at safely, is a file like any other: saved, never shown. */
  async #lookInto(file: FinishedFile): Promise<{ mediaType: string; picture?: Picture }> {
    const { pictures, intake } = this.#deps;
    const mediaType = await sniffMediaType(file.path);
    if (!isPicture(mediaType)) {
      const isWhole = await wipeMetadata(file.path, mediaType, intake.closing);
      return { mediaType: isWhole ? mediaType : unknownType };
    }
    const picture = await pictures.prepare(file, mediaType, intake.closing);
    return picture ? { mediaType, picture } : { mediaType: unknownType };
  }

  #store(
    attachment: Attachment & { roomId: string; userId: string },
    file: FinishedFile,
    thumbnail: FinishedFile | undefined,
  ): Promise<void> {
    const { intake, repository } = this.#deps;
    const keys = keysOf(attachment.id);
    const files = [[keys.file, file] as const, ...(thumbnail ? [[keys.thumbnail, thumbnail] as const] : [])];
    return intake.store(files, () => repository.add(attachment, this.#quotaFor(attachment.sizeBytes)));
  }

  #quotaFor(moreBytes: number): QuotaCheck {
    const { quotaBytes, totalBytes } = this.#deps;
    return {
      assertFits: ({ bytes, unsentCount }) => {
        if (bytes + moreBytes > quotaBytes) throw overQuota(quotaBytes);
        if (unsentCount >= limits.maxUnsentAttachments) throw tooManyUnsent();
      },
      ...(totalBytes !== undefined && {
        assertAllFit: (usedBytes: number) => {
          if (usedBytes + moreBytes > totalBytes) throw noRoomLeft();
        },
      }),
    };
  }
}
