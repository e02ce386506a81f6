import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import { IconButton } from './button.tsx';
import styles from './dialog.module.css';
import { useModal } from './use-modal.ts';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
  /** Slides in from an edge of the screen instead of standing in its middle. */
  edge?: 'left' | 'right';
  /** For what has sections: as wide as a page of text. */
  wide?: boolean;
}

/** Whether a form inside was written in: a click beside the dialog must not throw that away. */
const useWritten = (open: boolean) => {
  const [isWritten, setWritten] = useState(false);
  useEffect(() => {
    if (!open) setWritten(false);
  }, [open]);
  const onInput = ({ target }: FormEvent): void => {
    if (target instanceof Element && target.closest('form')) setWritten(true);
  };
  return { isWritten, onInput };
};

/**
 * A native modal dialog: the browser keeps the focus inside, closes it on Escape, and on a click beside it where nothing
 * is lost by that, and gives the focus back.
 * The close button stands last, so that the first field takes the focus.
 */
export const Dialog = ({ open, onClose, title, children, edge, wide = false }: DialogProps) => {
  const { t } = useTranslation();
  const ref = useModal(open);
  const titleId = useId();
  const { isWritten, onInput } = useWritten(open);
  return (
    <dialog
      ref={ref}
      tabIndex={-1}
      className={cx(styles.dialog, edge && styles[edge], wide && styles.wide)}
      aria-labelledby={titleId}
      closedby={isWritten ? 'closerequest' : 'any'}
      onInput={onInput}
      // React passes the event of a dialog that stands inside on to this one.
      onClose={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {open ? (
        <div className={styles.body}>
          <h2 id={titleId} className={styles.title}>
            {title}
          </h2>
          {children}
          <IconButton className={styles.close} icon="close" label={t('common.close')} onClick={onClose} />
        </div>
      ) : null}
    </dialog>
  );
};
