import { AppError, toSnakeCase } from '@boltorezka/protocol';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { KeyedBuckets } from '../platform/token-bucket.ts';
import type { FindRoomById, RequireInRoom } from '../rooms/index.ts';
import { mayRead } from './policy.ts';
import type { AttachmentRepository, StoredAttachment } from './repository.ts';
import { noSuchAttachment, serveFile } from './serve.ts';
import type { AttachmentService } from './service.ts';
import { type FileStorage, keysOf } from './storage.ts';

export interface AttachmentRouteDeps {
  service: AttachmentService;
  repository: Pick<AttachmentRepository, 'find' | 'discardUnsent'>;
  storage: FileStorage;
  requireInRoom: RequireInRoom;
  findReadable: FindRoomById;
  /** By person. */
  uploadBuckets: KeyedBuckets;
}

const takeFrom = (buckets: KeyedBuckets, userId: string): void => {
  const bucket = buckets.of(userId);
  if (bucket.take()) return;
  const retryAfterMs = bucket.retryAfterMs();
  throw new AppError('RateLimited', 'You upload too fast; wait a moment.', { retryAfterMs });
};

/** @throws AppError `NotFound`, the same for what is not there and what is not the asker's. */
const findFor = async (
  { repository, findReadable }: AttachmentRouteDeps,
  id: string,
  userId: string,
): Promise<StoredAttachment> => {
  const found = await repository.find(id);
  if (!found) throw noSuchAttachment();
  const readsRoom = found.messageId !== null && (await findReadable(found.roomId, userId)) !== undefined;
  if (!mayRead(found, { userId, readsRoom })) throw noSuchAttachment();
  return found;
};

export const registerAttachmentRoutes = (route: RouteRegistrar, deps: AttachmentRouteDeps): void => {
  const { service, repository, storage, requireInRoom, uploadBuckets } = deps;

  route('attachments.upload', async ({ session, params, query, body }) => {
    const userId = session.user.id;
    const { room } = await requireInRoom(params.slug, userId, 'attach');
    takeFrom(uploadBuckets, userId);
    const attachment = await service.upload({ roomId: room.id, userId, name: query.name, body });
    return answer(201, { attachment: toSnakeCase(attachment) });
  });

  route('attachments.discard', async ({ session, params }) => {
    if (!(await repository.discardUnsent(params.attachment_id, session.user.id))) throw noSuchAttachment();
    return answer(200, { ok: true });
  });

  route(
    'attachments.get',
    async ({ session, params, headers }) => {
      const { id, name, mediaType, sizeBytes } = await findFor(deps, params.attachment_id, session.user.id);
      return serveFile(storage, { key: keysOf(id).file, name, mediaType, sizeBytes }, headers);
    },
    'files',
  );

  route(
    'attachments.thumbnail',
    async ({ session, params, headers }) => {
      const { id, name, hasThumbnail } = await findFor(deps, params.attachment_id, session.user.id);
      if (!hasThumbnail) throw noSuchAttachment();
      const file = { key: keysOf(id).thumbnail, name: `${name}.webp`, mediaType: 'image/webp' };
      return serveFile(storage, { ...file, sizeBytes: undefined }, headers);
    },
    'files',
  );
};
