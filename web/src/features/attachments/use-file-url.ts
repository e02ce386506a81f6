import { useEffect, useState } from 'react';
import { useServices } from '../../lib/services.tsx';

interface FileState {
  url: string | null;
  error: unknown;
}

const nothing: FileState = { url: null, error: null };

/** The address of a file for as long as somebody looks at it; without an id nothing is fetched. */
export const useFileUrl = (attachmentId: string | null, thumbnail = false): FileState => {
  const { files } = useServices();
  const [state, setState] = useState<FileState>(nothing);
  useEffect(() => {
    setState(nothing);
    if (attachmentId === null) return;
    let isWanted = true;
    const held = files.hold(attachmentId, { thumbnail });
    held.url.then(
      (url) => isWanted && setState({ url, error: null }),
      (error: unknown) => isWanted && setState({ url: null, error }),
    );
    return () => {
      isWanted = false;
      held.release();
    };
  }, [files, attachmentId, thumbnail]);
  return state;
};
