import { type FocusEvent, type RefObject, useEffect, useRef } from 'react';

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
  const isWithin = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is looked at is what the change has left of the page.
  useEffect(() => {
    if (isWithin.current && document.activeElement === document.body) ref.current?.focus();
  }, [items]);
  return {
    ref,
    tabIndex: -1,
    onFocus: () => {
      isWithin.current = true;
    },
    onBlur: ({ target, relatedTarget, currentTarget }) => {
      if (relatedTarget !== null) {
        isWithin.current = currentTarget.contains(relatedTarget);
        return;
      }
      // Whether it lost the focus or was taken away shows once it is done.
      queueMicrotask(() => {
        if (target.isConnected) isWithin.current = false;
      });
    },
  };
};
