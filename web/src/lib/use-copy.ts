import { useCallback } from 'react';
import { copyText } from './clipboard.ts';
import { runQuietly } from './run.ts';
import { useServices } from './services.tsx';

/** Copies a text and says so. Where the page may not write to the clipboard, it shows what to copy. */
export const useCopy = (): ((text: string, done: string) => void) => {
  const { toasts } = useServices();
  return useCallback(
    (text, done) => runQuietly(copyText(text).then((isCopied) => toasts.show(isCopied ? done : text))),
    [toasts],
  );
};
