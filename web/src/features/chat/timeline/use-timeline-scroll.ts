import type { TimelineMessage } from '@boltorezka/sdk';
import {
  type KeyboardEvent,
  type RefObject,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import type { VirtualizerHandle } from 'virtua';
import { useLatest } from '../../../lib/use-latest.ts';
import {
  type Box,
  countNewer,
  type Drawn,
  drawnOf,
  hasJustWritten,
  isNearEnd,
  isNearStart,
  nothingDrawn,
} from './scroll-place.ts';
import { type End, useEnd } from './use-end.ts';
import { useSteps } from './use-steps.ts';

interface TimelineScroll {
  list: RefObject<VirtualizerHandle | null>;
  messages: readonly TimelineMessage[];
  /** The end of what is shown is what was written last. */
  isAtNewest: boolean;
  /** How many have come since where the end of what is shown is not. */
  newerCount: number;
  isLoading: boolean;
  returnToNewest: () => void;
  onNearStart: () => void;
  onNearEnd: () => void;
  /** The reader has moved, or the page has under them. */
  onLook: () => void;
}

/** How many messages the reader has not seen come: below what is in view, or behind what is shown. */
const useUnread = (newerCount: number) => {
  const [unread, setUnread] = useState(0);
  const known = useRef(newerCount);
  const count = useCallback((more: number) => setUnread((before) => before + more), []);
  const clear = useCallback(() => setUnread(0), []);
  useLayoutEffect(() => {
    const more = newerCount - known.current;
    known.current = newerCount;
    if (more > 0) count(more);
  }, [newerCount, count]);
  return { unread, count, clear };
};

/** Rows are measured after they were drawn: only then is it known which are in view. */
const useResize = (holdEnd: () => void, onLook: () => void): (() => void) => {
  const look = useLatest(onLook);
  return useCallback(() => {
    holdEnd();
    look.current();
  }, [holdEnd, look]);
};

/** The browser's own End goes by heights that are partly guessed; all other keys scroll as they always do. */
const isEndKey = ({ key, shiftKey, altKey, metaKey }: KeyboardEvent): boolean =>
  key === 'End' && !shiftKey && !altKey && !metaKey;

/** Every key moves the reader; End leads to the end. */
const keyTo =
  (release: () => void, toEnd: () => void) =>
  (event: KeyboardEvent): void => {
    release();
    if (!isEndKey(event)) return;
    event.preventDefault();
    toEnd();
  };

/**
 * Whoever has come near an end of what is shown moves no more, where that leads nowhere because something is on its way: they
 * are asked about again when it is in.
 */
const useArrival = (
  { isLoading, onNearStart, onNearEnd }: TimelineScroll,
  measure: End['measure'],
  part: number,
) => {
  const hasMoved = useRef(false);
  const knownPart = useRef(part);
  const look = (now: Box): void => {
    if (isNearStart(now)) onNearStart();
    if (isNearEnd(now)) onNearEnd();
  };
  const lookAgain = useLatest(() => {
    const now = measure();
    if (now) look(now);
  });
  useEffect(() => {
    // Another part of the conversation: nobody has moved in it.
    if (knownPart.current !== part) hasMoved.current = false;
    knownPart.current = part;
    if (isLoading || !hasMoved.current) return;
    hasMoved.current = false;
    lookAgain.current();
  }, [isLoading, part, lookAgain]);
  return (now: Box): void => {
    hasMoved.current = true;
    look(now);
  };
};

/** Stays at the end for as long as the reader is there, and in place when older messages arrive above. */
export const useTimelineScroll = (given: TimelineScroll) => {
  const { list, isAtNewest, newerCount, returnToNewest, onLook } = given;
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(nothingDrawn);
  const wasAtNewest = useRef(isAtNewest);
  const [away, setAway] = useState(false);
  const { unread, count, clear } = useUnread(newerCount);
  const end = useEnd({ box, list, isEnd: isAtNewest });
  const { place, follow, insist, release, leave, restore, note } = end;
  const onResize = useResize(end.onResize, onLook);
  const steps = useSteps(given.messages, place);
  const { messages, isLast } = steps;
  const toEnd = useCallback(() => {
    returnToNewest();
    insist();
    setAway(false);
    clear();
  }, [returnToNewest, insist, clear]);
  const arrive = useArrival(given, end.measure, steps.part);
  const onScroll = (): void => {
    steps.onScroll();
    const now = end.measure();
    if (!now || restore(now)) return;
    setAway(!place.current.atEnd);
    if (place.current.atEnd) clear();
    arrive(now);
    onLook();
  };
  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = drawnOf(messages);
    const couldCount = isAtNewest && wasAtNewest.current;
    wasAtNewest.current = isAtNewest && (isLast || wasAtNewest.current); // Between two steps nothing new has come.
    if (hasJustWritten(before, messages)) toEnd();
    else if (place.current.atEnd && isAtNewest) follow();
    else if (couldCount) {
      note();
      count(countNewer(before, messages));
    } else leave();
  }, [messages, isLast, isAtNewest, place, follow, leave, note, toEnd, count]);
  const moves = { onKeyDown: keyTo(release, toEnd), onWheel: release, onPointerDown: release };
  const handlers = { onScroll, ...moves, ...steps.handlers };
  return { box, end, place, steps, onResize, away, unread, toEnd, leave, handlers };
};
