import type { Attachment, DraftPlace } from '@boltorezka/sdk';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import type { PlaceUploads, Upload } from './place-uploads.ts';

export interface Uploads extends Omit<PlaceUploads, 'list'> {
  list: readonly Upload[];
  /** All are there. */
  isReady: boolean;
  /** Some are not there yet, and all of those will be without anybody's doing. */
  isUnderWay: boolean;
  /** What was uploaded, in the order it was chosen. */
  attachments: readonly Attachment[];
}

/** The files that were chosen in a place. */
export const useUploads = (place: DraftPlace): Uploads => {
  const uploads = useServices().uploads.at(place);
  const list = useStore(uploads.list);
  return {
    ...uploads,
    list,
    isReady: list.every(({ attachment }) => attachment !== null),
    isUnderWay:
      list.some(({ attachment }) => attachment === null) &&
      list.every(({ error, isWaiting }) => !error || isWaiting),
    attachments: list.flatMap(({ attachment }) => attachment ?? []),
  };
};
