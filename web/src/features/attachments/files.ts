import type { Attachments } from '@boltorezka/sdk';
import { createHeldUrls, type HeldUrl, type HeldUrlsOptions } from '../../lib/held-urls.ts';

export interface Files {
  upload: Attachments['upload'];
  discard: Attachments['discard'];
  hold(attachmentId: string, options: { thumbnail: boolean }): HeldUrl;
  /** The picture of a link's preview. */
  holdPreview(pictureId: string): HeldUrl;
}

interface FilesDeps extends HeldUrlsOptions {
  transport: Attachments;
}

/** Files of messages. */
export const createFiles = ({ transport, ...options }: FilesDeps): Files => {
  const urls = createHeldUrls(options);
  return {
    upload: (roomSlug, file, options) => transport.upload(roomSlug, file, options),
    discard: (attachmentId) => transport.discard(attachmentId),
    hold: (attachmentId, { thumbnail }) =>
      urls.hold(`${attachmentId} ${thumbnail}`, () => transport.load(attachmentId, { thumbnail })),
    holdPreview: (pictureId) => urls.hold(`${pictureId} preview`, () => transport.loadPreview(pictureId)),
  };
};
