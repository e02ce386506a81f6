import { type RefObject, useEffect, useRef } from 'react';
import { useServices } from './services.tsx';

/** Takes the focus over where what had it has made place for `what`. */
export const useArrivalFocus = <T extends HTMLElement>(what: unknown): RefObject<T | null> => {
  const { attention } = useServices();
  const ref = useRef<T>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: something else stands here.
  useEffect(() => {
    if (attention.isFocusLost()) ref.current?.focus();
  }, [what, attention]);
  return ref;
};
