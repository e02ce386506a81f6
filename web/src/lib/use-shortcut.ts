import { useEffect, useRef } from 'react';

/** A key together with Ctrl, or Command on a Mac. */
interface Shortcut {
  /** By its place on the keyboard: in Russian as well, where the letter there is another. */
  code: string;
  /** And Shift. */
  shift?: boolean;
}

const letterOf = ({ code }: Shortcut): string => code.replace('Key', '');

/** Macs call the key by a sign of its own, and so do keyboards of iPads. */
const isApple = ({ platform }: Pick<Navigator, 'platform'>): boolean => /^(?:Mac|iPhone|iPad)/.test(platform);

/** As it is told to people. */
export const shortcutLabel = (
  shortcut: Shortcut,
  machine: Pick<Navigator, 'platform'> = navigator,
): string => {
  const letter = letterOf(shortcut);
  if (isApple(machine)) return `${shortcut.shift ? '⇧' : ''}⌘${letter}`;
  return `Ctrl+${shortcut.shift ? 'Shift+' : ''}${letter}`;
};

/** As `aria-keyshortcuts` wants it. */
export const ariaShortcut = (shortcut: Shortcut, machine: Pick<Navigator, 'platform'> = navigator): string =>
  `${isApple(machine) ? 'Meta' : 'Control'}+${shortcut.shift ? 'Shift+' : ''}${letterOf(shortcut)}`;

/** Wherever one is in the page, while one writes as well; held down, it acts once. */
export const useShortcut = ({ code, shift = false }: Shortcut, act: () => void): void => {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const isHeld = (event.ctrlKey || event.metaKey) && event.shiftKey === shift && !event.altKey;
      if (event.code !== code || !isHeld) return;
      // Also when it is repeated: it is not the browser's meanwhile.
      event.preventDefault();
      if (!event.repeat) latest.current();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [code, shift]);
};
