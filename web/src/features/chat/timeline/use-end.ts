import { type RefObject, useCallback, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { useLatest } from '../../../lib/use-latest.ts';
import { atTheEnd, isResized, type Place, placeOf } from './scroll-place.ts';

/** For so long after the reader asked for the end, what still scrolls is the rest of an earlier movement. */
const restOfMovementMs = 1000;

export interface End {
  place: RefObject<Place>;
  /** Goes to the end and stays there. */
  follow: () => void;
  /** The same, because the reader asked for it: a movement that is under way must not lead away again. */
  insist: () => void;
  /** The reader moves by wheel, finger or key. */
  release: () => void;
  /** The reader is led elsewhere: the end holds no longer. */
  leave: () => void;
  /** Where the page has moved under a reader at the end, goes back there; true where it had to. */
  restore: () => boolean;
  onResize: () => void;
}

/**
 * How high that is which stands in the box. A row that has just grown sticks out below it until the list has measured it:
 * there is nothing to scroll to, and a list of few rows would be scrolled out of its own view, and drop them all.
 */
const heightIn = (box: HTMLElement): number => {
  const end = box.lastElementChild;
  if (!end) return box.scrollHeight;
  const foot = end.getBoundingClientRect().bottom - box.getBoundingClientRect().top + box.scrollTop;
  return Math.min(box.scrollHeight, Math.max(box.clientHeight, Math.ceil(foot)));
};

/**
 * On iOS the list does not move the box while it scrolls, since that would end a movement of the finger: what it has measured
 * above the view raises its rows instead, for a moment after the last movement. Whoever goes to the end of the box then finds
 * nothing there.
 */
const raisedIn = (list: VirtualizerHandle | null): number => (list === null ? 0 : -list.getItemOffset(0));

interface EndInput {
  box: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
  /** Whether the end of what is shown is the end of what there is; else nobody is held there. */
  isEnd: boolean;
}

/** Holds a scrolling box at its end, whatever changes its height or that of what is in it. */
export const useEnd = ({ box, list, isEnd }: EndInput): End => {
  const place = useRef<Place>(atTheEnd);
  const insistUntilMs = useRef(0);
  const holds = useLatest(isEnd);
  const keepDistance = useCallback(() => {
    if (!box.current) return;
    const { clientHeight } = box.current;
    const scrollHeight = heightIn(box.current);
    place.current = { ...place.current, scrollHeight, clientHeight };
    box.current.scrollTop = scrollHeight - raisedIn(list.current) - clientHeight - place.current.fromEndPx;
  }, [box, list]);
  const look = useCallback(() => {
    if (!box.current) return;
    const found = placeOf(box.current, raisedIn(list.current));
    place.current = holds.current ? found : { ...found, atEnd: false };
  }, [box, list, holds]);
  const follow = useCallback(() => {
    place.current = atTheEnd;
    keepDistance();
  }, [keepDistance]);
  const insist = useCallback(() => {
    insistUntilMs.current = performance.now() + restOfMovementMs;
    follow();
  }, [follow]);
  const release = useCallback(() => {
    insistUntilMs.current = 0;
  }, []);
  const leave = useCallback(() => {
    release();
    look();
    place.current = { ...place.current, atEnd: false };
  }, [release, look]);
  const restore = (): boolean => {
    if (!box.current) return false;
    const isPageMoving = isResized(place.current, box.current) || performance.now() < insistUntilMs.current;
    const hasToStay = place.current.atEnd && isPageMoving;
    if (hasToStay) keepDistance();
    else look();
    return hasToStay;
  };
  /** A keyboard that opens, a composer that grows, text that wraps anew: none may push the last message out of view. */
  const onResize = useCallback(() => {
    if (place.current.atEnd) keepDistance();
  }, [keepDistance]);
  return { place, follow, insist, release, leave, restore, onResize };
};
