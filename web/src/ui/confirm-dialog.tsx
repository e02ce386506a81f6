import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from './button.tsx';
import styles from './confirm-dialog.module.css';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen. */
  text?: ReactNode;
  confirmLabel: string;
  /** It ends or takes away something. */
  danger?: boolean;
  /** What cannot be confirmed yet. */
  disabled?: boolean;
  busy: boolean;
  /** Why it could not be done. */
  error?: string | null;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}

/** Asks before something is done, and says what that will be. Whoever only presses Enter ends nothing: Cancel stands first. */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { t } = useTranslation();
  const { open, title, text, confirmLabel, danger = false, disabled = false, busy, error, onClose } = props;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!disabled && !busy) props.onConfirm();
  };
  return (
    <Dialog open={open} onClose={onClose} title={title}>
      <form className={styles.form} noValidate onSubmit={submit} data-testid="confirm">
        {text ? <div className={styles.text}>{text}</div> : null}
        {props.children}
        {error ? <Notice tone="danger">{error}</Notice> : null}
        <div className={styles.actions}>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button
            type="submit"
            variant={danger ? 'danger' : 'primary'}
            data-testid="confirm-submit"
            aria-disabled={disabled || busy}
          >
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
};
