import { type FocusEvent, type RefObject, useEffect, useState } from 'react';
import type { Row } from './rows.ts';

const rowOf = (element: Element): string | null =>
  element.closest<HTMLElement>('[data-row]')?.dataset.row ?? null;

/**
 * Which row has the focus: it must stay in the page when it scrolls out of view, or the focus would be lost with it. Where the
 * row itself has gone, being far from the reader, the box has it.
 */
export const useMountedFocus = (rows: readonly Row[], box: RefObject<HTMLElement | null>) => {
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  useEffect(() => {
    if (focusedKey === null || rows.some(({ key }) => key === focusedKey)) return;
    setFocusedKey(null);
    if (document.activeElement === document.body) box.current?.focus({ preventScroll: true });
  }, [rows, focusedKey, box]);
  const handlers = {
    onFocus: (event: FocusEvent): void => setFocusedKey(rowOf(event.target)),
    onBlur: (): void => setFocusedKey(null),
  };
  return { focusedKey, handlers };
};
