import type { TimelineMessage } from '@boltorezka/sdk';
import {
  type FocusEvent,
  type MouseEvent,
  type PointerEvent,
  type TouchEvent,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { type Anchor, anchorAt, mayTakeMenu } from '../../../ui/anchor.ts';
import { hasAny, rightsOf } from './rights.ts';
import { useSurface } from './surface.tsx';

const longPressMs = 500;
/** A finger that goes further scrolls. */
const stillPx = 10;

interface Press {
  /** Null once it has opened the menu. */
  timer: ReturnType<typeof setTimeout> | null;
  x: number;
  y: number;
}

const stop = (press: Press | null): void => {
  if (press?.timer) clearTimeout(press.timer);
};

/**
 * The right button, and a finger that rests on the message, open what can be done with it. Links and the like keep what the
 * browser has for them. Android says of a finger that rests what it says of the right button; iOS says nothing of it.
 */
const useMessageMenu = (message: TimelineMessage) => {
  const surface = useSurface();
  const press = useRef<Press | null>(null);
  useEffect(() => () => stop(press.current), []);
  const open = (anchor: Anchor): void => {
    if (hasAny(rightsOf(message, surface))) surface.acts.open({ kind: 'menu', message, anchor });
  };
  const end = (): void => {
    stop(press.current);
    press.current = null;
  };
  /** What has opened the menu goes on until the finger is lifted. */
  const giveUp = (): void => {
    if (press.current?.timer) end();
  };
  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    end();
    const { target, pointerType, isPrimary, clientX: x, clientY: y, pointerId } = event;
    if (pointerType === 'mouse' || !isPrimary || !mayTakeMenu(target, true)) return;
    const rest = (): void => {
      if (press.current) press.current.timer = null;
      open(anchorAt({ clientX: x, clientY: y, pointerId }));
    };
    press.current = { timer: setTimeout(rest, longPressMs), x, y };
  };
  const onPointerMove = ({ clientX, clientY }: PointerEvent): void => {
    if (press.current && Math.hypot(clientX - press.current.x, clientY - press.current.y) > stillPx) giveUp();
  };
  const onContextMenu = (event: MouseEvent): void => {
    if (press.current) {
      // The finger opens the menu, or has opened it.
      event.preventDefault();
    } else if (mayTakeMenu(event.target, false)) {
      event.preventDefault();
      open(anchorAt(event.nativeEvent as globalThis.PointerEvent));
    }
  };
  /** A finger that has opened the menu presses nothing where it is lifted. */
  const onTouchEnd = (event: TouchEvent): void => {
    if (press.current?.timer === null) event.preventDefault();
    end();
  };
  return { giveUp, handlers: { onPointerDown, onPointerMove, onContextMenu, onTouchEnd } };
};

/** Whether somebody points at the message or works in it: only then are its buttons drawn. */
export const useRowActivity = (message: TimelineMessage) => {
  const [isPointedAt, setPointedAt] = useState(false);
  const [isFocused, setFocused] = useState(false);
  const { heldKey } = useSurface();
  const isHeld = useSyncExternalStore(heldKey.subscribe, () => heldKey.get() === message.key);
  const menu = useMessageMenu(message);
  const handlers = {
    onPointerEnter: ({ pointerType }: PointerEvent): void => setPointedAt(pointerType === 'mouse'),
    onPointerLeave: (): void => {
      setPointedAt(false);
      menu.giveUp();
    },
    ...menu.handlers,
    onPointerCancel: menu.giveUp,
    onFocus: (): void => setFocused(true),
    onBlur: ({ currentTarget, relatedTarget }: FocusEvent): void =>
      setFocused(relatedTarget instanceof Node && currentTarget.contains(relatedTarget)),
  };
  return { isActive: isPointedAt || isFocused || isHeld, handlers };
};
