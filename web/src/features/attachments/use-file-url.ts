import { useEffect, useState } from 'react';
import type { HeldUrl } from '../../lib/held-urls.ts';
import { useServices } from '../../lib/services.tsx';

interface FileState {
  url: string | null;
  error: unknown;
}

const nothing: FileState = { url: null, error: null };

/** The address of what is held for as long as somebody looks at it; null: nothing is fetched. */
const useHeldUrl = (hold: (() => HeldUrl) | null, key: string | null): FileState => {
  const [state, setState] = useState<FileState>(nothing);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says what is held; how, is another function each time.
  useEffect(() => {
    setState(nothing);
    if (!hold) return;
    let isWanted = true;
    const held = hold();
    held.url.then(
      (url) => isWanted && setState({ url, error: null }),
      (error: unknown) => isWanted && setState({ url: null, error }),
    );
    return () => {
      isWanted = false;
      held.release();
    };
  }, [key]);
  return state;
};

/** The address of a file; without an id nothing is fetched. */
export const useFileUrl = (attachmentId: string | null, thumbnail = false): FileState => {
  const { files } = useServices();
  const hold = attachmentId === null ? null : () => files.hold(attachmentId, { thumbnail });
  return useHeldUrl(hold, attachmentId === null ? null : `${attachmentId} ${thumbnail}`);
};

/** The address of the picture of a link's preview. */
export const usePreviewUrl = (pictureId: string): FileState => {
  const { files } = useServices();
  return useHeldUrl(() => files.holdPreview(pictureId), pictureId);
};
