import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** The height of an element, as it is now. */
export const useHeight = <T extends HTMLElement>(): { ref: RefObject<T | null>; heightPx: number } => {
  const ref = useRef<T>(null);
  const [heightPx, setHeightPx] = useState(0);
  useLayoutEffect(() => {
    const element = ref.current;
    if (!element) return;
    const measure = (): void => setHeightPx(element.offsetHeight);
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  // What is drawn anew is measured before anybody scrolls in it.
  useLayoutEffect(() => {
    if (ref.current) setHeightPx(ref.current.offsetHeight);
  });
  return { ref, heightPx };
};
