import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AppError, limits } from '@boltorezka/protocol';
import {
  type FinishedFile,
  type Intake,
  isPicture,
  type Pictures,
  sniffMediaType,
} from '../attachments/index.ts';
import type { BinaryRequest } from '../http/binary.ts';
import type { PictureRepository } from './repository.ts';

export interface PictureServiceDeps {
  repository: Pick<PictureRepository, 'set'>;
  intake: Intake;
  pictures: Pick<Pictures, 'shrink'>;
}

const noPicture = () =>
  new AppError(
    'UnsupportedMediaType',
    'That is no picture that can be shown. Use a PNG, JPEG, WebP, AVIF or GIF.',
  );

/** What people look like. Only what is made here of their files is kept: a square, without a word of where it was taken. */
export const createPictureService = ({ repository, intake, pictures }: PictureServiceDeps) => {
  const toSquare = async (file: FinishedFile): Promise<FinishedFile> => {
    if (!isPicture(await sniffMediaType(file.path))) throw noPicture();
    const size = { width: limits.picturePx, height: limits.picturePx, fit: 'cover' as const };
    const made = await pictures.shrink(file, size, intake.closing);
    if (!made) throw noPicture();
    return made.file;
  };

  const keep = async (userId: string, square: FinishedFile): Promise<string> => {
    const id = randomUUID();
    await intake.store([[id, square]], async () => {
      if (await repository.set({ id, userId, sizeBytes: square.sizeBytes })) return;
      throw new AppError('Unauthorized', 'The session has ended; sign in again.');
    });
    return id;
  };

  return {
    /**
     * Takes the place of the picture before. Whatever goes wrong, that one stays, and nothing of the new one does; where nobody
     * knows whether it went wrong, either is whole.
     * @throws AppError `UnsupportedMediaType`, `PayloadTooLarge`, `RateLimited`, `Unavailable`, `ValidationError`.
     * @returns the picture's id.
     */
    set: (userId: string, body: BinaryRequest): Promise<string> =>
      intake.run(userId, () =>
        intake.receive(body, limits.maxPictureBytes, async (received) => {
          const square = await toSquare(received);
          try {
            return await keep(userId, square);
          } finally {
            await rm(square.path, { force: true });
          }
        }),
      ),
  };
};

export type PictureService = ReturnType<typeof createPictureService>;
