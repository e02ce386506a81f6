import { type FormEvent, type ReactNode, useState } from 'react';
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

/** It lives for as long as the dialog is open: what failed when it was open before is not told again. */
const ConfirmForm = (props: ConfirmDialogProps) => {
  const { t } = useTranslation();
  const { text, confirmLabel, danger = false, disabled = false, busy, error, onClose } = props;
  const [hasTried, setHasTried] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (disabled || busy) return;
    setHasTried(true);
    props.onConfirm();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit} data-testid="confirm">
      {text ? <div className={styles.text}>{text}</div> : null}
      {props.children}
      {error && hasTried ? <Notice tone="danger">{error}</Notice> : null}
      <div className={styles.actions}>
        <Button aria-disabled={busy} onClick={() => !busy && onClose()}>
          {t('common.cancel')}
        </Button>
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
  );
};

/**
 * Asks before something is done, and says what that will be. Whoever only presses Enter ends nothing: Cancel stands first. What
 * was confirmed is not called off any more: until it is done, or has failed, the dialog stays.
 */
export const ConfirmDialog = (props: ConfirmDialogProps) => {
  const { open, title, busy, onClose } = props;
  return (
    <Dialog open={open} locked={busy} onClose={onClose} title={title}>
      <ConfirmForm {...props} />
    </Dialog>
  );
};
