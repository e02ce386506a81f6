import { join } from 'node:path';
import type { Database } from '../platform/db.ts';
import type { Logger } from '../platform/log.ts';
import type { UploadSpeed } from './incoming.ts';
import { Intake } from './intake.ts';
import { createPictures, type PicturesDeps } from './pictures.ts';
import { createAttachmentRepository } from './repository.ts';
import { AttachmentService } from './service.ts';
import { DiskSpace, type SpaceOptions } from './space.ts';
import type { FileStorage } from './storage.ts';
import { createStorageCheck } from './storage-check.ts';
import { createDiskStorage } from './storage-disk.ts';
import { createS3Storage, type S3Config } from './storage-s3.ts';
import { createSweepRepository } from './sweep-repository.ts';
import { AttachmentSweeper } from './sweeper.ts';

export type { Intake } from './intake.ts';
export { sniffMediaType } from './media-type.ts';
export type { Pictures } from './pictures.ts';
export { isPicture } from './policy.ts';
export { registerAttachmentRoutes } from './routes.ts';
export { serveFile } from './serve.ts';
export type { FileStorage, FinishedFile } from './storage.ts';
export type { S3Config } from './storage-s3.ts';

export interface AttachmentsConfig {
  maxBytes: number;
  quotaBytes: number;
  /** Of everybody together; without it, there is no such limit. */
  totalBytes: number | undefined;
  /** So much of the disk stays free. */
  minFreeBytes: number;
  /** Where the files are kept; without it, in the data directory. */
  s3: S3Config | undefined;
}

export interface AttachmentsDeps extends Pick<PicturesDeps, 'loadSharp'> {
  config: AttachmentsConfig;
  dataDir: string;
  db: Database;
  log: Logger;
  storage?: FileStorage;
  speed?: UploadSpeed;
  checkMs?: number;
  readFreeBytes?: SpaceOptions['readFreeBytes'];
}

/** Files in messages: taken in, kept, and swept away when they belong to nobody any more. */
export const createAttachments = ({ config, dataDir, db, log, ...given }: AttachmentsDeps) => {
  const root = join(dataDir, 'attachments');
  const incomingFolder = join(root, 'incoming');
  const storage = given.storage ?? (config.s3 ? createS3Storage(config.s3) : createDiskStorage(root));
  const repository = createAttachmentRepository(db);
  const { loadSharp, speed, checkMs, readFreeBytes } = given;
  const { maxBytes, quotaBytes, totalBytes, minFreeBytes } = config;
  const space = new DiskSpace({
    folder: incomingFolder,
    minFreeBytes,
    ...(readFreeBytes && { readFreeBytes }),
  });
  const pictures = createPictures({ folder: incomingFolder, log, ...(loadSharp && { loadSharp }) });
  const intake = new Intake({
    ...{ storage, incomingFolder, space, log },
    ...(speed && { speed }),
    ...(checkMs && { checkMs }),
  });
  const service = new AttachmentService({
    ...{ repository, intake, pictures },
    ...{ maxBytes, quotaBytes, totalBytes },
  });
  const sweeper = new AttachmentSweeper({
    ...{ storage, incomingFolder, log },
    repository: createSweepRepository(db),
  });
  return {
    ...{ repository, storage, service, sweeper, intake, pictures },
    check: createStorageCheck(space, storage),
    /** Uploads are ended, and what is being swept is swept. */
    close: async () => {
      await Promise.all([intake.close(), sweeper.close()]);
    },
  };
};
