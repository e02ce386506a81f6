import { useEffect } from 'react';
import type { ComposerControl } from './use-composer.ts';

/** A letter means something of its own there: it is written, finds an entry, or does something to a message. */
const ownLetters =
  'input, textarea, select, audio, video, [contenteditable], [role="menu"], [role="listbox"], [data-row], [popover]';

interface Key {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  isComposing: boolean;
  defaultPrevented: boolean;
  getModifierState(key: string): boolean;
}

/** Whether a key writes something. The space bar scrolls and presses buttons; AltGr writes, though it looks like Ctrl and Alt. */
export const writes = (event: Key): boolean => {
  if (event.defaultPrevented || event.isComposing || event.metaKey) return false;
  if ((event.ctrlKey || event.altKey) && !event.getModifierState('AltGraph')) return false;
  return event.key !== ' ' && [...event.key].length === 1;
};

/** Whoever begins to write where nothing takes letters means the place where one writes: the nearest one. */
export const useTakenKeys = (composer: ComposerControl, kind: 'room' | 'thread'): void => {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { target } = event;
      if (!writes(event) || !(target instanceof Element) || target.closest(ownLetters)) return;
      if (document.querySelector(':modal')) return;
      const place = target.closest<HTMLElement>('[data-place]')?.dataset.place ?? 'room';
      // The letter itself is written by the browser, into what has the focus by then.
      if (place === kind) composer.current?.focus();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [composer, kind]);
};
