import type { TimelineMessage } from '@boltorezka/sdk';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useReducer, useRef } from 'react';
import type { Place } from './scroll-place.ts';
import { type Step, stepTo } from './steps.ts';
import { type Touch, useTouch } from './use-touch.ts';

type Messages = readonly TimelineMessage[];

/** After so long without a movement, rows that are in view have been measured, and a scroll is over. */
const restMs = 300;
/** What has gone above is not held for longer, however long somebody scrolls. */
const maxHeld = 1_000;

export interface Steps extends Pick<Step, 'messages' | 'isShift' | 'isLast'> {
  /** Counts the parts of the conversation that are shown one after another: each is a list of its own. */
  part: number;
  onScroll(): void;
  handlers: Touch['handlers'];
}

/** Calls once nothing has moved for a while, and no finger holds it. */
const useRest = (touch: Touch, onRest: () => void) => {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
  }, []);
  const begin = useCallback(() => {
    stop();
    const look = () => (touch.isGoingOn() ? begin() : onRest());
    timer.current = setTimeout(look, restMs);
  }, [stop, touch, onRest]);
  useEffect(() => stop, [stop]);
  const isAwaited = useCallback(() => timer.current !== undefined, []);
  return { begin, stop, isAwaited };
};

/** Leads what is drawn to what is wanted, so that the reader's place stays through it: before anything is painted. */
export const useSteps = (wanted: Messages, place: RefObject<Place>): Steps => {
  const drawn = useRef(wanted);
  const part = useRef(0);
  const mayDrop = useRef(false);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const touch = useTouch();
  const rest = useRest(
    touch,
    useCallback(() => {
      mayDrop.current = true;
      drawAgain();
    }, []),
  );
  // At the end the place is the end, whatever goes above; under a finger a list on iOS would draw what is left below itself.
  const isFree = (place.current.atEnd && !touch.isGoingOn()) || mayDrop.current;
  const holdsAbove = !isFree && drawn.current.length - wanted.length < maxHeld;
  const { messages, isShift, isElsewhere, isLast } = stepTo(wanted, drawn.current, holdsAbove);
  if (isElsewhere) part.current += 1;
  useLayoutEffect(() => {
    drawn.current = messages;
    if (!isLast) drawAgain();
    else mayDrop.current = false;
    if (isLast && messages !== wanted) rest.begin();
    else rest.stop();
  }, [messages, isLast, wanted, rest.begin, rest.stop]);
  const { begin, isAwaited } = rest;
  const onScroll = useCallback(() => {
    touch.onScroll();
    if (isAwaited()) begin();
  }, [touch, isAwaited, begin]);
  return { messages, isShift, isLast, part: part.current, onScroll, handlers: touch.handlers };
};
