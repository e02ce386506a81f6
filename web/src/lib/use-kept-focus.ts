import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';
import { useFocusWithin } from './use-focus-within.ts';

interface KeptFocus<T> {
  ref: RefObject<T | null>;
  tabIndex: -1;
  onFocus: () => void;
  onBlur: (event: FocusEvent<T>) => void;
}

/**
 * Gives the focus to a list when the line in it that had it has gone with a change of `items`: somebody who works by
 * keyboard would otherwise begin at the top of the page again.
 */
export const useKeptFocus = <T extends HTMLElement>(items: unknown): KeptFocus<T> => {
  const ref = useRef<T>(null);
  const { isWithin, handlers } = useFocusWithin<T>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is looked at is what the change has left of the page.
  useEffect(() => {
    if (isWithin.current && document.activeElement === document.body) ref.current?.focus();
  }, [items]);
  return { ref, tabIndex: -1, ...handlers };
};
