import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { catchFocus } from '../lib/catch-focus.ts';
import { useServices } from '../lib/services.tsx';

/** Tabs and dots are one stop for Tab, at the chosen one; a dialog of the browser's begins at the first. */
const chosenBeside = (element: Element | null): HTMLElement | null | undefined => {
  if (element?.getAttribute('role') === 'tab')
    return element.closest('[role="tablist"]')?.querySelector<HTMLElement>('[aria-selected="true"]');
  if (element instanceof HTMLInputElement && element.type === 'radio')
    return element.form?.querySelector<HTMLElement>(`[name="${CSS.escape(element.name)}"]:checked`);
  return null;
};

/** Shows the dialog over the page while it is open, and gives the focus back however it ends: also where it is taken away. */
export const useModal = (open: boolean): RefObject<HTMLDialogElement | null> => {
  const ref = useRef<HTMLDialogElement>(null);
  const wasOpen = useRef(false);
  const { toasts } = useServices();
  useEffect(() => {
    const dialog = ref.current;
    if (!dialog) return;
    if (open && !dialog.open) {
      dialog.showModal();
      chosenBeside(document.activeElement)?.focus();
    }
    if (!open && dialog.open) dialog.close();
    if (!open && wasOpen.current) catchFocus();
    wasOpen.current = open;
    return open ? toasts.standIn(dialog) : undefined;
  }, [open, toasts]);
  useLayoutEffect(() => {
    const dialog = ref.current;
    return () => {
      if (!wasOpen.current) return;
      dialog?.close();
      catchFocus();
    };
  }, []);
  return ref;
};
