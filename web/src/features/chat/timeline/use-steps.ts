import type { TimelineMessage } from '@boltorezka/sdk';
import { type RefObject, useCallback, useLayoutEffect, useReducer, useRef } from 'react';
import { useLatest } from '../../../lib/use-latest.ts';
import type { Place } from './scroll-place.ts';
import { type Step, stepTo } from './steps.ts';

type Messages = readonly TimelineMessage[];

/** What has gone above is not held for longer, however long somebody scrolls. */
const maxHeld = 1_000;

export interface Steps extends Pick<Step, 'messages' | 'isShift' | 'isLast'> {
  /** Counts the parts of the conversation that are shown one after another: each is a list of its own. */
  part: number;
  onScroll(): void;
  onScrollEnd(): void;
}

/** Leads what is drawn to what is wanted, so that the reader's place stays through it: before anything is painted. */
export const useSteps = (wanted: Messages, place: RefObject<Place>): Steps => {
  const drawn = useRef(wanted);
  const part = useRef(0);
  const isScrolling = useRef(false);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const holdsAbove =
    isScrolling.current && !place.current.atEnd && drawn.current.length - wanted.length < maxHeld;
  const { messages, isShift, isElsewhere, isLast } = stepTo(wanted, drawn.current, holdsAbove);
  if (isElsewhere) part.current += 1;
  const latest = useLatest(wanted);
  useLayoutEffect(() => {
    drawn.current = messages;
    if (!isLast) drawAgain();
  }, [messages, isLast]);
  const onScroll = useCallback(() => {
    isScrolling.current = true;
  }, []);
  const onScrollEnd = useCallback(() => {
    isScrolling.current = false;
    if (drawn.current !== latest.current) drawAgain();
  }, [latest]);
  return { messages, isShift, isLast, part: part.current, onScroll, onScrollEnd };
};
