import { limits } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountErrorKey } from '../../lib/account-error.ts';
import { isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './settings.module.css';

const DeleteForm = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const { account } = useServices().client;
  const action = useAction();
  const [password, setPassword] = useState('');
  const [eraseMessages, setEraseMessages] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void action.run(() => account.delete({ password, eraseMessages }));
  };
  const isWrong = isCode(action.error, 'Forbidden') || isCode(action.error, 'ValidationError');
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      <p>{t('account.deleteText')}</p>
      <Field
        type="password"
        autoComplete="current-password"
        maxLength={limits.maxPasswordLength}
        label={t('account.currentPassword')}
        data-passing
        data-testid="account-delete-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
        error={isWrong ? t('account.wrongPassword') : undefined}
      />
      <Choice
        type="checkbox"
        label={t('account.eraseMessages')}
        hint={t('account.eraseMessagesHint')}
        data-testid="account-erase-messages"
        checked={eraseMessages}
        onChange={(event) => setEraseMessages(event.target.checked)}
      />
      {action.error && !isWrong ? <Notice tone="danger">{t(accountErrorKey(action.error))}</Notice> : null}
      <div className={styles.actions}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          type="submit"
          variant="danger"
          data-testid="account-delete-submit"
          aria-disabled={action.busy}
        >
          {t('account.delete')}
        </Button>
      </div>
    </form>
  );
};

/** For good, so it is asked twice, and the second time for the password. */
export const DeleteAccount = () => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <div className={styles.form}>
      <Button variant="danger" data-testid="account-delete" onClick={() => setOpen(true)}>
        {t('account.delete')}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t('account.deleteTitle')}>
        <DeleteForm onClose={() => setOpen(false)} />
      </Dialog>
    </div>
  );
};
