import { useLayoutEffect, useRef } from 'react';
import type { End } from './use-end.ts';

/** What stands above the messages grows, as the first one of a thread does: what is in view below it stays where it is. */
export const useHead = (headPx: number, { place, keepDistance }: End): void => {
  const knownPx = useRef(headPx);
  useLayoutEffect(() => {
    const beforePx = knownPx.current;
    knownPx.current = headPx;
    if (headPx === beforePx) return;
    const { atEnd, measures, fromEndPx } = place.current;
    const isBelow = measures.scrollHeight - measures.clientHeight - fromEndPx >= beforePx;
    // Whoever looks at the head itself sees it grow.
    if (atEnd || (beforePx > 0 && isBelow)) keepDistance();
  }, [headPx, place, keepDistance]);
};
