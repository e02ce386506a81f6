import type { FileStorage, Intake, Pictures } from '../attachments/index.ts';
import type { Database } from '../platform/db.ts';
import { createPictureRepository } from './repository.ts';
import { createPictureService } from './service.ts';

export { removePicture } from './repository.ts';
export { registerPictureRoutes } from './routes.ts';

export interface PersonPicturesDeps {
  db: Database;
  /** As files of messages are taken in, made small, and kept. */
  files: { intake: Intake; pictures: Pictures; storage: FileStorage };
}

/** What people look like. */
export const createPersonPictures = ({ db, files }: PersonPicturesDeps) => {
  const repository = createPictureRepository(db);
  return {
    repository,
    service: createPictureService({ ...files, repository }),
    storage: files.storage,
  };
};
