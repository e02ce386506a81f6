import { limits } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './settings.module.css';

const minPassword = limits.minPasswordLength;

/** @param email for password managers, which want to know whose it is. */
export const PasswordForm = ({ email }: { email: string }) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const action = useAction();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [isShort, setIsShort] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isTooShort = next.length < minPassword;
    setIsShort(isTooShort);
    if (isTooShort || !(await action.run(() => client.account.changePassword({ current, next })))) return;
    setCurrent('');
    setNext('');
    toasts.show(t('account.passwordChanged'));
  };
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <input type="email" hidden readOnly autoComplete="username" value={email} />
      <Field
        type="password"
        autoComplete="current-password"
        maxLength={limits.maxPasswordLength}
        label={t('account.currentPassword')}
        data-testid="account-current-password"
        value={current}
        onChange={(event) => setCurrent(event.target.value)}
        error={isCode(action.error, 'Forbidden') ? t('account.wrongPassword') : undefined}
      />
      <Field
        type="password"
        autoComplete="new-password"
        maxLength={limits.maxPasswordLength}
        label={t('account.newPassword')}
        hint={t('auth.passwordHint', { min: minPassword })}
        data-testid="account-new-password"
        value={next}
        onChange={(event) => setNext(event.target.value)}
        error={isShort ? t('auth.problems.passwordShort', { minPassword }) : undefined}
      />
      <p className={styles.note}>{t('account.passwordNote')}</p>
      {action.error && !isCode(action.error, 'Forbidden') ? (
        <Notice tone="danger">{t(errorTextKey(action.error))}</Notice>
      ) : null}
      <Button type="submit" data-testid="account-password-submit" aria-disabled={action.busy}>
        {t('account.changePassword')}
      </Button>
    </form>
  );
};
