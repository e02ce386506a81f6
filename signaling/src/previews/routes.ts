import { AppError } from '@boltorezka/protocol';
import { type FileStorage, serveFile } from '../attachments/index.ts';
import type { RouteRegistrar } from '../http/route.ts';
import type { FindRoomById } from '../rooms/index.ts';
import type { PreviewRepository } from './repository.ts';

export interface PreviewRouteDeps {
  repository: Pick<PreviewRepository, 'roomOfPicture'>;
  storage: FileStorage;
  findReadable: FindRoomById;
}

/** The same for what is not there and what is not the asker's. */
const noSuchPicture = () => new AppError('NotFound', 'There is no such picture, or it is not yours to see.');

export const registerPreviewRoutes = (route: RouteRegistrar, deps: PreviewRouteDeps): void => {
  const { repository, storage, findReadable } = deps;
  route(
    'previews.picture',
    async ({ session, params: { picture_id: id }, headers }) => {
      const roomId = await repository.roomOfPicture(id);
      if (roomId === undefined || !(await findReadable(roomId, session.user.id))) throw noSuchPicture();
      const file = { key: id, name: 'preview.webp', mediaType: 'image/webp', sizeBytes: undefined };
      return serveFile(storage, file, headers);
    },
    'files',
  );
};
