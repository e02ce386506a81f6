import { readFile } from 'node:fs/promises';
import { AppError, type MediaPort } from '@boltorezka/protocol';
import type { MediaLinkConfig } from './config.ts';
import { createMediaDirectory } from './media-directory/index.ts';
import { createRemoteMedia, MediaFleet, type RemoteMedia } from './media-link/index.ts';
import type { Logger } from './platform/log.ts';
import { isRefusal } from './platform/redis-link.ts';
import { nameOf, refusing, StartError, unreachable } from './start-error.ts';

/** Media that runs in other processes, and is there before anybody is served. */
interface DistantMedia extends MediaPort {
  ready(): Promise<void>;
}

export interface OpenMediaDeps {
  /** Names this process to media nodes. */
  processId: string;
  log: Logger;
  /** Hears of what has been opened, before it is waited for. */
  onOpened: (media: MediaPort) => void;
}

/** A media node may be starting at the same time. */
const mediaNodeWaitMs = 10_000;

const readAuthority = async (caFile: string | undefined): Promise<string | undefined> =>
  caFile === undefined
    ? undefined
    : readFile(caFile, 'utf8').catch((error: unknown) => {
        throw new StartError(`MEDIA_LINK_CA names ${caFile}, which cannot be read.`, { cause: error });
      });

const openOne = (url: string, link: Omit<Parameters<typeof createRemoteMedia>[0], 'url'>): RemoteMedia =>
  createRemoteMedia({ ...link, url });

/** Every node that the directory in Redis knows, now and later. */
const openFleet = async (
  redisUrl: string,
  link: Omit<Parameters<typeof createRemoteMedia>[0], 'url'>,
): Promise<DistantMedia> => {
  const directory = await createMediaDirectory({ redisUrl, log: link.log }).catch((error: unknown) => {
    const why = isRefusal(error) ? refusing : unreachable;
    throw new StartError(why('REDIS_URL', redisUrl), { cause: error });
  });
  return new MediaFleet({
    directory,
    openNode: ({ url, nodeId }, onUnreachable) => openOne(url, { ...link, nodeId, onUnreachable }),
    log: link.log,
  });
};

/**
 * @throws StartError where no node answers in time, or it refuses the secret.
 */
export const openDistantMedia = async (
  { source, secret, caFile }: MediaLinkConfig,
  { processId, log, onOpened }: OpenMediaDeps,
): Promise<MediaPort> => {
  const ca = await readAuthority(caFile);
  const link = { secret, ca, ownerId: processId, log: log.child({ part: 'media-link' }) };
  const media = source.kind === 'node' ? openOne(source.url, link) : await openFleet(source.redisUrl, link);
  onOpened(media);
  const lateText =
    source.kind === 'node'
      ? unreachable('MEDIA_URL', source.url)
      : `${nameOf('REDIS_URL', source.redisUrl)}, where no media node that can be reached has registered. Start one: npm run start:media, with the same REDIS_URL and MEDIA_SECRET.`;
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new StartError(lateText)), mediaNodeWaitMs);
  try {
    await Promise.race([media.ready(), late]);
    return media;
  } catch (error) {
    throw explainRefused(error, source);
  } finally {
    clearTimeout(timer);
  }
};

const explainRefused = (error: unknown, source: MediaLinkConfig['source']): unknown => {
  if (!(error instanceof AppError) || error.code !== 'Unauthorized') return error;
  const who = source.kind === 'node' ? nameOf('MEDIA_URL', source.url) : 'REDIS_URL names a media node';
  const why = 'which refuses MEDIA_SECRET, or has just refused others too often. Both must have the same.';
  return new StartError(`${who}, ${why}`, { cause: error });
};
