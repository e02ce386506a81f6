import { type RefObject, useCallback, useRef } from 'react';
import type { VirtualizerHandle } from 'virtua';
import { useLatest } from '../../../lib/use-latest.ts';
import { atTheEnd, type Box, isResized, measuresOf, type Place, placeOf } from './scroll-place.ts';

/** For so long after the reader asked for the end, what still scrolls is the rest of an earlier movement. */
const restOfMovementMs = 1000;
/** Closer below the end than that, nobody is led back. */
const beyondPx = 2;

export interface End {
  place: RefObject<Place>;
  /** What is in the box, and where it is looked at, as the rows are drawn. */
  measure: () => Box | null;
  /** Goes to the end and stays there. */
  follow: () => void;
  /** The same, because the reader asked for it: a movement that is under way must not lead away again. */
  insist: () => void;
  /** The reader moves by wheel, finger or key. */
  release: () => void;
  /** The reader is led elsewhere: the end holds no longer. */
  leave: () => void;
  /** Where the page has moved under a reader at the end, goes back there; true where it had to. */
  restore: (now: Box) => boolean;
  /** What is below a reader who is not at the end has changed: they are further from it, or closer. */
  note: () => void;
  /** What is below the reader stays as far below: what stands above has become higher or lower. */
  keepDistance: () => void;
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

const useMeasures = ({ box, list }: EndInput) => {
  const measure = useCallback((): Box | null => {
    if (!box.current) return null;
    const { scrollTop, clientHeight } = box.current;
    const raisedPx = raisedIn(list.current);
    return {
      ...{ scrollTop: scrollTop + raisedPx, scrollHeight: heightIn(box.current), clientHeight, raisedPx },
      isLowest: scrollTop + clientHeight >= box.current.scrollHeight - 1,
    };
  }, [box, list]);
  const goTo = useCallback(
    (topPx: number) => {
      if (box.current) box.current.scrollTop = topPx - raisedIn(list.current);
    },
    [box, list],
  );
  return { measure, goTo };
};

/** Where the reader is, and the ways to stay there. */
const usePlace = (input: EndInput) => {
  const place = useRef<Place>(atTheEnd);
  const holds = useLatest(input.isEnd);
  const { measure, goTo } = useMeasures(input);
  const keepDistance = useCallback(() => {
    const now = measure();
    if (!now) return;
    place.current = { ...place.current, measures: measuresOf(now) };
    goTo(now.scrollHeight - now.clientHeight - place.current.fromEndPx);
  }, [measure, goTo]);
  const look = useCallback(
    (now: Box) => {
      const found = placeOf(now, place.current.atEnd);
      place.current = holds.current ? found : { ...found, atEnd: false };
      // Below rows that are raised the box is empty, and above those that are lowered: a finger may go on there.
      const [raisedPx, endPx] = [now.raisedPx, now.scrollHeight - now.clientHeight];
      if (raisedPx > 0 && now.scrollTop > endPx + beyondPx) goTo(endPx);
      if (raisedPx < 0 && now.scrollTop < -beyondPx) goTo(0);
    },
    [goTo, holds],
  );
  const note = useCallback(() => {
    const now = measure();
    if (now) place.current = { ...placeOf(now, false), atEnd: false };
  }, [measure]);
  return { place, measure, keepDistance, look, note };
};

/** Holds a scrolling box at its end, whatever changes its height or that of what is in it. */
export const useEnd = (input: EndInput): End => {
  const insistUntilMs = useRef(0);
  const { place, measure, keepDistance, look, note } = usePlace(input);
  const follow = useCallback(() => {
    place.current = atTheEnd;
    keepDistance();
  }, [place, keepDistance]);
  const insist = useCallback(() => {
    insistUntilMs.current = performance.now() + restOfMovementMs;
    follow();
  }, [follow]);
  const release = useCallback(() => {
    insistUntilMs.current = 0;
  }, []);
  const leave = useCallback(() => {
    release();
    const now = measure();
    if (now) look(now);
    place.current = { ...place.current, atEnd: false };
  }, [place, measure, release, look]);
  const restore = (now: Box): boolean => {
    const isPageMoving = isResized(place.current, now) || performance.now() < insistUntilMs.current;
    const hasToStay = place.current.atEnd && isPageMoving;
    if (hasToStay) keepDistance();
    else look(now);
    return hasToStay;
  };
  /** A keyboard that opens, a composer that grows, text that wraps anew: none may push the last message out of view. */
  const onResize = useCallback(() => {
    if (place.current.atEnd) keepDistance();
    else note();
  }, [place, keepDistance, note]);
  return { place, measure, follow, insist, release, leave, restore, keepDistance, note, onResize };
};
