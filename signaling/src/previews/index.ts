import type { LinkPreview } from '@boltorezka/protocol';
import { CommitInDoubtError } from '../platform/db-errors.ts';
import type { Logger } from '../platform/log.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import type { FetchPageOptions } from './fetch-page.ts';
import { createFindPage } from './find-page.ts';
import {
  createPreviewPictures,
  type KeptPicture,
  type PreviewPictures,
  type PreviewPicturesDeps,
  toTold,
} from './pictures.ts';
import { isPublicAddress } from './public-address.ts';
import { createPreviewRepository, type PreviewRepository, type PreviewRepositoryDeps } from './repository.ts';
import { createResolve } from './resolve.ts';
import { createPreviewService, type FoundPreview, type PreviewService } from './service.ts';

export { linksIn } from './links.ts';
export { registerPreviewRoutes } from './routes.ts';

/** Where pages may be asked for. */
export type PreviewWeb = Partial<FetchPageOptions>;

export interface PreviewsDeps extends PreviewRepositoryDeps {
  isOn: boolean;
  publish: Publish;
  log: Logger;
  /** Left out, the internet. */
  web?: PreviewWeb | undefined;
  files: PreviewPicturesDeps['files'];
  /** What pictures of previews may take up together; the oldest go. With none, there are none. */
  maxPictureBytes: number;
}

const internet = (): FetchPageOptions => ({
  resolve: createResolve(),
  isPublic: isPublicAddress,
  ports: new Set([80, 443]),
  timeoutMs: 5_000,
  maxBytes: 512 * 1024,
});

const none: PreviewService = { onWritten: () => undefined, close: async () => undefined };

/** A preview as it is told, and what was stored for it. */
interface Kept {
  preview: LinkPreview;
  kept: KeptPicture | undefined;
}

interface AttachDeps {
  repository: PreviewRepository;
  pictures: PreviewPictures | undefined;
  maxPictureBytes: number;
  publish: Publish;
}

/** Stores the pictures of previews, gives them all to the message, and tells its room. */
const createAttach = ({ repository, pictures, maxPictureBytes, publish }: AttachDeps) => {
  const keep = async ({ picture: made, ...words }: FoundPreview): Promise<Kept> => {
    // Words without a picture are better than none of both.
    const kept = made && (await pictures?.keep(made).catch(() => undefined));
    return { preview: { ...words, ...(made && kept && { picture: toTold(made, kept.id) }) }, kept };
  };
  return async (messageId: string, found: FoundPreview[]): Promise<void> => {
    const all = await Promise.all(found.map(keep));
    const stored = all.flatMap(({ kept }) => kept ?? []);
    const previews = all.map(({ preview }) => preview);
    const change = await repository.attach(messageId, previews, stored).catch(async (error: unknown) => {
      // Where the previews may be there all the same, so are their pictures.
      if (!(error instanceof CommitInDoubtError)) await Promise.all(stored.map((one) => pictures?.drop(one)));
      throw error;
    });
    const shown = new Set(change?.message.previews?.map(({ picture }) => picture?.id));
    await Promise.all(stored.filter(({ id }) => !shown.has(id)).map((one) => pictures?.drop(one)));
    if (change) publish(topics.room(change.roomId), { type: 'chat.messageChanged', payload: change });
    if (stored.length > 0) await repository.evict(maxPictureBytes);
  };
};

/** What a message's links lead to, shown below it. */
export const createPreviews = (deps: PreviewsDeps) => {
  const { isOn, publish, log, web, files, maxPictureBytes } = deps;
  const repository = createPreviewRepository(deps);
  const served = { repository, storage: files.storage };
  if (!isOn) return { ...none, ...served };
  const options = { ...internet(), ...web };
  const pictures = maxPictureBytes > 0 ? createPreviewPictures({ files, web: options }) : undefined;
  const service = createPreviewService({
    log,
    fetchSummary: createFindPage(options, pictures),
    attachPreviews: createAttach({ repository, pictures, maxPictureBytes, publish }),
  });
  return { ...service, ...served };
};
