import { type RefObject, useEffect, useRef } from 'react';
import { isFocusLost } from './is-focus-lost.ts';

/** Takes the focus over where what had it has made place for `what`. */
export const useArrivalFocus = <T extends HTMLElement>(what: unknown): RefObject<T | null> => {
  const ref = useRef<T>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: something else stands here.
  useEffect(() => {
    if (isFocusLost()) ref.current?.focus();
  }, [what]);
  return ref;
};
