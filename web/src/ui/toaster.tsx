import { type FocusEvent, useEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { useTranslation } from 'react-i18next';
import { isHeard, type Toast, type Toasts } from '../lib/toasts.ts';
import { useStore } from '../lib/use-store.ts';
import { IconButton } from './button.tsx';
import styles from './toaster.module.css';

const shownForMs = 6000;

interface ToastViewProps {
  toast: Toast;
  /** By hand. */
  onDismiss: (id: number) => void;
  onExpire: (id: number) => void;
}

/** Goes by itself, though never while it is pointed at or holds the focus: nobody should have to read against a clock. */
const ToastView = ({ toast: { id, text }, onDismiss, onExpire }: ToastViewProps) => {
  const { t } = useTranslation();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onExpire(id), shownForMs);
    return () => clearTimeout(timer);
  }, [held, id, onExpire]);
  return (
    <li
      className={styles.toast}
      data-testid="toast"
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={styles.text}>{text}</span>
      <IconButton
        icon="close"
        label={t('common.dismiss')}
        data-testid="toast-dismiss"
        onClick={() => onDismiss(id)}
      />
    </li>
  );
};

interface ToasterProps {
  toasts: Toasts;
}

/** Here before the first toast is, so that a screen reader speaks it; politely, after what it is saying. */
export const Toaster = ({ toasts }: ToasterProps) => {
  const shown = useStore(toasts.state);
  const place = useStore(toasts.place);
  const cameFrom = useRef<HTMLElement | null>(null);
  const rememberOrigin = ({ currentTarget, relatedTarget }: FocusEvent): void => {
    if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
      cameFrom.current = relatedTarget;
  };
  const dismiss = (id: number): void => {
    // With the button that was pressed its focus would go, and the keyboard would begin at the top of the page.
    cameFrom.current?.focus();
    toasts.dismiss(id);
  };
  const listOf = (some: readonly Toast[]) => (
    <ul className={styles.list}>
      {some.map((toast) => (
        <ToastView key={toast.id} toast={toast} onDismiss={dismiss} onExpire={toasts.dismiss} />
      ))}
    </ul>
  );
  const heard = shown.filter((toast) => isHeard(toast, place));
  const box = (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only looks where the focus came from.
    <div className={styles.toaster} onFocus={rememberOrigin}>
      {heard.length > 0 ? listOf(heard) : null}
      <div role="status">{listOf(shown.filter((toast) => !isHeard(toast, place)))}</div>
    </div>
  );
  return place.dialog ? createPortal(box, place.dialog) : box;
};
