import type { TimelineMessage } from '@boltorezka/sdk';
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { useLatest } from '../../../lib/use-latest.ts';
import {
  countNewer,
  type Drawn,
  drawnOf,
  hasJustWritten,
  isElsewhere,
  isExtendedAbove,
  isNearEnd,
  isNearStart,
  nothingDrawn,
} from './scroll-place.ts';
import { useEnd } from './use-end.ts';

interface TimelineScroll {
  messages: readonly TimelineMessage[];
  /** The end of what is shown is what was written last. */
  isAtNewest: boolean;
  onNearStart: () => void;
  onNearEnd: () => void;
  /** The reader has moved, or the page has under them. */
  onLook: () => void;
}

/** Counts the parts of the conversation that are shown one after another: each is a list of its own. */
const useParts = (drawn: Drawn, messages: readonly TimelineMessage[]): number => {
  const part = useRef(0);
  if (isElsewhere(drawn, messages)) part.current += 1;
  return part.current;
};

/** Rows are measured after they were drawn: only then is it known which are in view. */
const useResize = (holdEnd: () => void, onLook: () => void): (() => void) => {
  const look = useLatest(onLook);
  return useCallback(() => {
    holdEnd();
    look.current();
  }, [holdEnd, look]);
};

/** Stays at the end for as long as the reader is there, and in place when older messages arrive above. */
export const useTimelineScroll = ({
  messages,
  isAtNewest,
  onNearStart,
  onNearEnd,
  onLook,
}: TimelineScroll) => {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(nothingDrawn);
  const wasAtNewest = useRef(isAtNewest);
  const [away, setAway] = useState(false);
  const [unread, setUnread] = useState(0);
  const { place, follow, insist, release, leave, restore, onResize: holdEnd } = useEnd(box, isAtNewest);
  const onResize = useResize(holdEnd, onLook);

  const toEnd = useCallback(() => {
    insist();
    setAway(false);
    setUnread(0);
  }, [insist]);
  const onScroll = (): void => {
    if (!box.current || restore()) return;
    setAway(!place.current.atEnd);
    if (place.current.atEnd) setUnread(0);
    if (isNearStart(box.current)) onNearStart();
    if (isNearEnd(box.current)) onNearEnd();
    onLook();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    release();
    // The browser's own End goes by heights that are partly guessed; all other keys scroll as they always do.
    if (event.key !== 'End' || event.shiftKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    toEnd();
  };

  const isShift = isExtendedAbove(drawn.current, messages);
  const part = useParts(drawn.current, messages);
  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = drawnOf(messages);
    const couldCount = isAtNewest && wasAtNewest.current;
    wasAtNewest.current = isAtNewest;
    if (hasJustWritten(before, messages)) toEnd();
    else if (place.current.atEnd && isAtNewest) follow();
    else if (couldCount) setUnread((count) => count + countNewer(before, messages));
    else leave();
  }, [messages, isAtNewest, place, follow, leave, toEnd]);
  const handlers = { onScroll, onKeyDown, onWheel: release, onPointerDown: release };
  return { box, isShift, part, onResize, away, unread, toEnd, leave, handlers };
};
