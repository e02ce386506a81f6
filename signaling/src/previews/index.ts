import type { Logger } from '../platform/log.ts';
import { topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import { type FetchPageOptions, fetchPage } from './fetch-page.ts';
import { summarise } from './parse-page.ts';
import { isPublicAddress } from './public-address.ts';
import { createPreviewRepository, type PreviewRepositoryDeps } from './repository.ts';
import { createResolve } from './resolve.ts';
import { createPreviewService, type PreviewService } from './service.ts';

export { linksIn } from './links.ts';

/** Where pages may be asked for. */
export type PreviewWeb = Partial<FetchPageOptions>;

export interface PreviewsDeps extends PreviewRepositoryDeps {
  isOn: boolean;
  publish: Publish;
  log: Logger;
  /** Left out, the internet. */
  web?: PreviewWeb | undefined;
}

const internet = (): FetchPageOptions => ({
  resolve: createResolve(),
  isPublic: isPublicAddress,
  ports: new Set([80, 443]),
  timeoutMs: 5_000,
  maxBytes: 512 * 1024,
});

const none: PreviewService = { onWritten: () => undefined, close: async () => undefined };

/** What a message's links lead to, shown below it. */
export const createPreviews = ({ isOn, publish, log, web, ...deps }: PreviewsDeps): PreviewService => {
  if (!isOn) return none;
  const options = { ...internet(), ...web };
  const repository = createPreviewRepository(deps);
  return createPreviewService({
    log,
    fetchSummary: (url, closing) => fetchPage(url, options, { read: summarise, closing }),
    attachPreviews: async (messageId, previews) => {
      const change = await repository.attach(messageId, previews);
      if (change) publish(topics.room(change.roomId), { type: 'chat.messageChanged', payload: change });
    },
  });
};
