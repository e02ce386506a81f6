import { useEffect } from 'react';
import { useServices } from '../../../lib/services.tsx';
import type { ComposerControl } from './use-composer.ts';

/**
 * Whoever goes to a room can write there at once, and so can who has signed in or was let in. Not on a phone, where the keyboard would cover what is to be read; not
 * where a message is looked for, which takes the focus; not as the page loads, which begins with the way past the rooms.
 */
export const useComposerFocus = (composer: ComposerControl): void => {
  const { router, attention } = useServices();
  useEffect(() => {
    const isWanted = (router.hasMoved() || attention.isFocusLost()) && router.messageId.get() === null;
    if (!isWanted || window.matchMedia('(pointer: coarse)').matches) return;
    composer.current?.focus();
  }, [composer, router, attention]);
};
