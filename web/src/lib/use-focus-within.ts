import { type FocusEvent, type RefObject, useRef } from 'react';

interface FocusWithin<T> {
  /** Whether the focus is inside an element, or was there when what had it went from the page. */
  isWithin: RefObject<boolean>;
  handlers: {
    onFocus: () => void;
    onBlur: (event: FocusEvent<T>) => void;
  };
}

export const useFocusWithin = <T extends HTMLElement>(): FocusWithin<T> => {
  const isWithin = useRef(false);
  return {
    isWithin,
    handlers: {
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
    },
  };
};
