import type { TimelineMessage } from '@boltorezka/sdk';
import { type FocusEvent, type PointerEvent, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useSurface } from './surface.tsx';

const longPressMs = 500;
/** A finger that goes further scrolls. */
const stillPx = 10;

/** A finger that rests on the message opens what can be done with it; what it rests on keeps its own meaning. */
const useLongPress = (message: TimelineMessage) => {
  const { acts } = useSurface();
  const press = useRef<{ timer: ReturnType<typeof setTimeout>; x: number; y: number } | null>(null);
  const end = (): void => {
    clearTimeout(press.current?.timer);
    press.current = null;
  };
  useEffect(() => () => clearTimeout(press.current?.timer), []);
  const start = (event: PointerEvent<HTMLElement>): void => {
    end();
    if (event.pointerType === 'mouse' || !event.isPrimary) return;
    const { currentTarget: anchor, clientX: x, clientY: y } = event;
    const open = (): void => {
      press.current = null;
      acts.open({ kind: 'menu', message, anchor });
    };
    press.current = { timer: setTimeout(open, longPressMs), x, y };
  };
  const move = ({ clientX, clientY }: PointerEvent): void => {
    if (!press.current) return;
    if (Math.hypot(clientX - press.current.x, clientY - press.current.y) > stillPx) end();
  };
  return { start, move, end };
};

/** Whether somebody points at the message or works in it: only then are its buttons drawn. */
export const useRowActivity = (message: TimelineMessage) => {
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const { heldKey } = useSurface();
  const isHeld = useSyncExternalStore(heldKey.subscribe, () => heldKey.get() === message.key);
  const press = useLongPress(message);
  const handlers = {
    onPointerEnter: ({ pointerType }: PointerEvent): void => setPointedAt(pointerType === 'mouse'),
    onPointerLeave: (): void => {
      setPointedAt(false);
      press.end();
    },
    onPointerDown: press.start,
    onPointerMove: press.move,
    onPointerUp: press.end,
    onPointerCancel: press.end,
    onFocus: (): void => setFocused(true),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent): void =>
      setFocused(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
  };
  return { isActive: isPointedAt || isFocused || isHeld, handlers };
};
