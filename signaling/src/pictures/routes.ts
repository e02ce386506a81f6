import { AppError } from '@boltorezka/protocol';
import { type FileStorage, serveFile } from '../attachments/index.ts';
import { answer, type RouteRegistrar } from '../http/route.ts';
import { type KeyedBuckets, spend } from '../platform/token-bucket.ts';
import type { PictureRepository } from './repository.ts';
import type { PictureService } from './service.ts';

export interface PictureRouteDeps {
  repository: PictureRepository;
  service: PictureService;
  storage: FileStorage;
  buckets: {
    /** By person: each change is a picture to be made, and told to everybody. */
    changes: KeyedBuckets;
    /** By person. */
    lookups: KeyedBuckets;
  };
}

const noSuchPicture = () => new AppError('NotFound', 'There is no such picture any more.');

export const registerPictureRoutes = (route: RouteRegistrar, deps: PictureRouteDeps): void => {
  const { repository, service, storage, buckets } = deps;
  const spendChange = (userId: string): void =>
    spend(buckets.changes, userId, 'You change your picture too often; wait a moment.');

  route('pictures.set', async ({ session, body }) => {
    const userId = session.user.id;
    spendChange(userId);
    return answer(200, { picture_id: await service.set(userId, body) });
  });

  route('pictures.remove', async ({ session }) => {
    const userId = session.user.id;
    spendChange(userId);
    await repository.remove({ userId });
    return answer(200, { ok: true as const });
  });

  route('pictures.find', async ({ session, query }) => {
    spend(buckets.lookups, session.user.id, 'You ask for pictures too fast; wait a moment.');
    return answer(200, { pictures: await repository.of(query.user_ids.split(',')) });
  });

  route(
    'pictures.get',
    async ({ params: { picture_id: id }, headers }) => {
      // A file may outlive its row: one that was taken away is nobody's to see, from that moment on.
      if (!(await repository.isKnown(id))) throw noSuchPicture();
      const file = { key: id, name: 'picture.webp', mediaType: 'image/webp', sizeBytes: undefined };
      return serveFile(storage, { ...file, isImmutable: true }, headers);
    },
    'files',
  );
};
