import { type TouchEvent, useMemo, useRef } from 'react';

/** A box that a finger has thrown moves on with less than that between two of its scrolls. */
const restMs = 300;

export interface Touch {
  /** A finger holds the box, or the box still moves after it. */
  isGoingOn(): boolean;
  onScroll(): void;
  handlers: Record<'onTouchStart' | 'onTouchEnd' | 'onTouchCancel', (event: TouchEvent) => void>;
}

/** Follows what fingers do to a scrolling box. */
export const useTouch = (): Touch => {
  const isHeld = useRef(false);
  const movedAtMs = useRef(Number.NEGATIVE_INFINITY);
  return useMemo(() => {
    const isGoingOn = () => isHeld.current || performance.now() - movedAtMs.current < restMs;
    const note = ({ touches }: TouchEvent): void => {
      isHeld.current = touches.length > 0;
      movedAtMs.current = performance.now();
    };
    return {
      isGoingOn,
      onScroll: () => {
        if (isGoingOn()) movedAtMs.current = performance.now();
      },
      handlers: { onTouchStart: note, onTouchEnd: note, onTouchCancel: note },
    };
  }, []);
};
