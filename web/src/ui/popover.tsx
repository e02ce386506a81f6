import { type ReactNode, useLayoutEffect, useRef } from 'react';
import { cx } from '../lib/cx.ts';
import type { Anchor } from './anchor.ts';
import { placeBeside } from './menu-steps.ts';
import styles from './popover.module.css';

/** As in the style sheet: a narrow page has it at its foot. */
const narrow = '(max-width: 44.99rem)';

const place = (floating: HTMLElement, anchor: Anchor): void => {
  if (window.matchMedia(narrow).matches) {
    floating.style.removeProperty('left');
    floating.style.removeProperty('top');
    return;
  }
  const { width, height } = floating.getBoundingClientRect();
  const view = { width: window.innerWidth, height: window.innerHeight };
  const { left, top } = placeBeside(anchor.getBoundingClientRect(), { width, height }, view);
  floating.style.left = `${left}px`;
  floating.style.top = `${top}px`;
};

/**
 * A finger that still rests where it opened this is lifted here: lifted elsewhere, it would close what floats, as a touch
 * beside it does.
 */
const takeOver = (floating: HTMLElement, { pointerId }: Anchor): void => {
  if (pointerId === undefined) return;
  try {
    floating.setPointerCapture(pointerId);
  } catch {
    // It was lifted before this was drawn.
  }
};

const useFloating = (anchor: Anchor) => {
  const ref = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const floating = ref.current;
    if (!floating) return;
    floating.showPopover();
    takeOver(floating, anchor);
    const placeAgain = (): void => place(floating, anchor);
    placeAgain();
    // What it shows may come later, and then it is larger.
    const observer = new ResizeObserver(placeAgain);
    observer.observe(floating);
    window.addEventListener('resize', placeAgain);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', placeAgain);
    };
  }, [anchor]);
  return ref;
};

interface PopoverProps {
  /** What it belongs to, and stands beside. */
  anchor: Anchor;
  onClose: () => void;
  label: string;
  role?: 'dialog' | 'group';
  testId?: string | undefined;
  className?: string | undefined;
  children: ReactNode;
}

/**
 * What floats over the page until somebody presses Escape or points elsewhere: the browser sees to that, and gives the focus
 * back. On a phone it stands at the foot of the screen, under a thumb.
 */
export const Popover = (props: PopoverProps) => {
  const { anchor, onClose, label, role = 'dialog', testId, className, children } = props;
  const ref = useFloating(anchor);
  const naming = { role, 'aria-label': label };
  return (
    <div
      ref={ref}
      popover="auto"
      {...naming}
      className={cx(styles.popover, className)}
      data-testid={testId}
      onToggle={(event) => {
        if (event.target === event.currentTarget && event.newState === 'closed') onClose();
      }}
    >
      {children}
    </div>
  );
};
