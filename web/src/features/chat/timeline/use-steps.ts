import type { TimelineMessage } from '@boltorezka/sdk';
import { useCallback, useEffect, useLayoutEffect, useReducer, useRef } from 'react';
import { type Step, stepTo } from './steps.ts';

type Messages = readonly TimelineMessage[];

/** After so long without a movement, rows that are in view have been measured, and a scroll is over. */
const restMs = 300;
/** What has gone above is not held for longer, however long somebody scrolls. */
const maxHeld = 1_000;

export interface Steps extends Pick<Step, 'messages' | 'isShift' | 'isLast'> {
  /** Counts the parts of the conversation that are shown one after another: each is a list of its own. */
  part: number;
  onScroll(): void;
}

/** Calls once nothing has moved for a while. */
const useRest = (onRest: () => void) => {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = undefined;
  }, []);
  const begin = useCallback(() => {
    stop();
    timer.current = setTimeout(onRest, restMs);
  }, [stop, onRest]);
  useEffect(() => stop, [stop]);
  const isAwaited = useCallback(() => timer.current !== undefined, []);
  return { begin, stop, isAwaited };
};

/** Leads what is drawn to what is wanted, so that the reader's place stays through it: before anything is painted. */
export const useSteps = (wanted: Messages): Steps => {
  const drawn = useRef(wanted);
  const part = useRef(0);
  const mayDrop = useRef(false);
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  const rest = useRest(
    useCallback(() => {
      mayDrop.current = true;
      drawAgain();
    }, []),
  );
  // Also at the end: on iOS a list that scrolls would draw what is left below itself.
  const holdsAbove = !mayDrop.current && drawn.current.length - wanted.length < maxHeld;
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
    if (isAwaited()) begin();
  }, [isAwaited, begin]);
  return { messages, isShift, isLast, part: part.current, onScroll };
};
