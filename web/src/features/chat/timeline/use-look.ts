import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { useServices } from '../../../lib/services.tsx';
import { useLatest } from '../../../lib/use-latest.ts';
import type { Place } from './scroll-place.ts';

/** So much of a message must be in view for it to count as seen. */
const seenPx = 12;

/** The position of the last message that is in view; null where none is. */
const lastSeenSeq = (box: HTMLElement): number | null => {
  const { top, bottom } = box.getBoundingClientRect();
  const rows = [...box.querySelectorAll<HTMLElement>('[data-seq]')];
  const last = rows.findLast((row) => {
    const rect = row.getBoundingClientRect();
    return rect.top < bottom - seenPx && rect.bottom > top;
  });
  return last ? Number(last.dataset.seq) : null;
};

const isInView = (box: HTMLElement, selector: string): boolean => {
  const line = box.querySelector(selector)?.getBoundingClientRect();
  const { top, bottom } = box.getBoundingClientRect();
  return line !== undefined && line.bottom > top && line.top < bottom;
};

interface LookInput {
  box: RefObject<HTMLElement | null>;
  /** Changes whenever something else may be in view. */
  changes: unknown;
  /** While it is, what is in view may not count as seen yet. */
  isLoading: boolean;
  onSeen: ((seq: number) => void) | undefined;
  /** Told whether somebody looks or not: what is in view last; null where that is the end, and stays so. */
  onPlace: (seq: number | null) => void;
  place: RefObject<Place>;
}

/** Notices what the reader has before their eyes: only while they look at all. */
export const useLook = ({ box, changes, isLoading, onSeen, onPlace, place }: LookInput) => {
  const { attention } = useServices();
  const [isLineSeen, setLineSeen] = useState(false);
  const frame = useRef(0);
  const tell = useLatest(onSeen);
  const tellPlace = useLatest(onPlace);
  const look = useCallback(() => {
    // Once a frame: a scroll event comes more often, and measuring is not free.
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      if (!box.current) return;
      const seq = lastSeenSeq(box.current);
      if (seq !== null || place.current.atEnd) tellPlace.current(place.current.atEnd ? null : seq);
      if (!attention.isOn(box.current)) return;
      if (seq !== null) tell.current?.(seq);
      if (isInView(box.current, '[data-unread-line]')) setLineSeen(true);
    });
  }, [attention, box, place, tell, tellPlace]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is in view changes with them, or counts as seen only now.
  useEffect(look, [look, changes, isLoading]);
  useEffect(() => {
    const stop = attention.subscribe(look);
    return () => {
      stop();
      cancelAnimationFrame(frame.current);
    };
  }, [attention, look]);
  return { look, isLineSeen, forgetLine: useCallback(() => setLineSeen(false), []) };
};
