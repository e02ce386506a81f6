import type { KeyboardEvent, RefObject } from 'react';

const steps: Readonly<Record<string, number>> = { ArrowUp: -1, ArrowDown: 1 };

const rowsOf = (box: HTMLElement): HTMLElement[] => [...box.querySelectorAll<HTMLElement>('[data-row]')];

const lastInView = (box: HTMLElement): HTMLElement | undefined => {
  const { bottom } = box.getBoundingClientRect();
  return rowsOf(box).findLast((row) => row.getBoundingClientRect().top < bottom - 1);
};

/**
 * Arrows lead from message to message, from the conversation itself to the last one in view, and from the last one of all
 * to where one writes.
 */
export const useRowFocus = (box: RefObject<HTMLElement | null>, onLeave: () => void) => {
  return (event: KeyboardEvent): void => {
    const step = steps[event.key];
    const list = box.current;
    if (step === undefined || !list || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey)
      return;
    const isOnList = event.target === list;
    const isOnRow = event.target instanceof HTMLElement && event.target.dataset.row !== undefined;
    if (!isOnList && !isOnRow) return;
    event.preventDefault();
    const rows = rowsOf(list);
    const next = isOnList ? lastInView(list) : rows[rows.indexOf(event.target as HTMLElement) + step];
    if (next) next.focus();
    else if (step === 1) onLeave();
  };
};
