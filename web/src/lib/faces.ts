import type { Pictures, Store } from '@boltorezka/sdk';
import { createHeldUrls, type HeldUrlsOptions } from './held-urls.ts';

/** Pictures of people, as addresses for elements. */
export interface Faces {
  /** Null: there is none, or it is not here yet. It is fetched for as long as somebody subscribes. */
  of(pictureId: string | null): Store<string | null>;
}

interface FacesDeps extends HeldUrlsOptions {
  transport: Pick<Pictures, 'load'>;
}

const none: Store<string | null> = { get: () => null, subscribe: () => () => undefined };

export const createFaces = ({ transport, ...options }: FacesDeps): Faces => {
  // Each is small, and the same ones come again with every room.
  const urls = createHeldUrls({ maxSpare: 300, ...options });
  return {
    of: (pictureId) => {
      if (pictureId === null) return none;
      return {
        get: () => urls.peek(pictureId),
        subscribe: (listener) => {
          const held = urls.hold(pictureId, () => transport.load(pictureId));
          // One that could not be had is as one that is not here.
          held.url.then(listener, () => undefined);
          return held.release;
        },
      };
    },
  };
};
