import type { Attachment, DraftPlace } from '@boltorezka/sdk';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import type { PlaceUploads, Upload } from './upload-places.ts';

export interface Uploads extends Omit<PlaceUploads, 'list'> {
  list: readonly Upload[];
  /** All are there. */
  isReady: boolean;
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
    attachments: list.flatMap(({ attachment }) => attachment ?? []),
  };
};
