import { type RefObject, useLayoutEffect, useRef } from 'react';

/** What a function that lives longer than one drawing reads: always the newest. */
export const useLatest = <T>(value: T): RefObject<T> => {
  const ref = useRef(value);
  useLayoutEffect(() => {
    ref.current = value;
  });
  return ref;
};
