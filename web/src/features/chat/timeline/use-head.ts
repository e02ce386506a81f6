import { type RefObject, useLayoutEffect, useRef } from 'react';
import type { Place } from './scroll-place.ts';

interface HeadInput {
  box: RefObject<HTMLElement | null>;
  place: RefObject<Place>;
  /** Goes to the end again, for whoever is there. */
  keepEnd: () => void;
}

/** What stands above the messages grows, as the first one of a thread does: what is in view below it stays where it is. */
export const useHead = (headPx: number, { box, place, keepEnd }: HeadInput): void => {
  const knownPx = useRef(headPx);
  useLayoutEffect(() => {
    const beforePx = knownPx.current;
    knownPx.current = headPx;
    if (!box.current || headPx === beforePx) return;
    if (place.current.atEnd) keepEnd();
    // Whoever looks at the head itself sees it grow.
    else if (beforePx > 0 && box.current.scrollTop >= beforePx) box.current.scrollTop += headPx - beforePx;
  }, [headPx, box, place, keepEnd]);
};
