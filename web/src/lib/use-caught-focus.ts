import { type RefObject, useEffect, useRef } from 'react';

/**
 * Takes the focus over when an element that had it has gone from the page with a change of `present`: somebody who works
 * by keyboard would otherwise begin at the top again.
 */
export const useCaughtFocus = <T extends HTMLElement>(present: boolean): RefObject<T | null> => {
  const ref = useRef<T>(null);
  const before = useRef(present);
  useEffect(() => {
    const appeared = present && !before.current;
    before.current = present;
    if (appeared && document.activeElement === document.body) ref.current?.focus();
  }, [present]);
  return ref;
};
