import { useEffect, useRef } from 'react';

/** Macs call the key by a sign of its own, and so do keyboards of iPads. */
export const commandKey = (letter: string, { platform }: Pick<Navigator, 'platform'> = navigator): string =>
  /^(?:Mac|iPhone|iPad)/.test(platform) ? `⌘${letter}` : `Ctrl+${letter}`;

/** Ctrl (Command on a Mac) with a key, by its place on the keyboard: in Russian as well, where the letter there is another. */
export const useShortcut = (code: string, act: () => void): void => {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.code !== code || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      latest.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [code]);
};
