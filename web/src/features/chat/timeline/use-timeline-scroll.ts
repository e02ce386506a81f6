import type { TimelineMessage } from '@boltorezka/sdk';
import { type KeyboardEvent, useCallback, useLayoutEffect, useRef, useState } from 'react';
import {
  countNewer,
  type Drawn,
  drawnOf,
  hasJustWritten,
  isExtendedAbove,
  isNearStart,
  nothingDrawn,
} from './scroll-place.ts';
import { useEnd } from './use-end.ts';

/** Stays at the end for as long as the reader is there, and in place when older messages arrive above. */
export const useTimelineScroll = (messages: readonly TimelineMessage[], onNearStart: () => void) => {
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(nothingDrawn);
  const [away, setAway] = useState(false);
  const [unread, setUnread] = useState(0);
  const { place, follow, insist, release, restore, onResize } = useEnd(box);

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
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    release();
    // The browser's own End goes by heights that are partly guessed; all other keys scroll as they always do.
    if (event.key !== 'End' || event.shiftKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    toEnd();
  };

  const isShift = isExtendedAbove(drawn.current, messages);
  useLayoutEffect(() => {
    const before = drawn.current;
    drawn.current = drawnOf(messages);
    if (hasJustWritten(before, messages)) toEnd();
    else if (place.current.atEnd) follow();
    else setUnread((count) => count + countNewer(before, messages));
  }, [messages, place, follow, toEnd]);
  const handlers = { onScroll, onKeyDown, onWheel: release, onPointerDown: release };
  return { box, isShift, onResize, away, unread, toEnd, handlers };
};
