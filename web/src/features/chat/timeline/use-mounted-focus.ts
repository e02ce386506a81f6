import { type FocusEvent, useState } from 'react';

const rowOf = (element: Element): string | null =>
  element.closest<HTMLElement>('[data-row]')?.dataset.row ?? null;

/** Which row has the focus: it must stay in the page when it scrolls out of view, or the focus would be lost with it. */
export const useMountedFocus = () => {
  const [focusedKey, setFocusedKey] = useState<string | null>(null);
  const handlers = {
    onFocus: (event: FocusEvent): void => setFocusedKey(rowOf(event.target)),
    onBlur: (): void => setFocusedKey(null),
  };
  return { focusedKey, handlers };
};
