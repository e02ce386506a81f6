import { limits } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './auth.module.css';
import { EntryFrame } from './entry-frame.tsx';

/** Another password, by a link that an administrator has made. */
export const ResetPage = ({ code }: { code: string }) => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const action = useAction();
  const [password, setPassword] = useState('');
  const [isShort, setIsShort] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const isTooShort = password.length < limits.minPasswordLength;
    setIsShort(isTooShort);
    if (isTooShort) return;
    const isDone = await action.run(() => client.auth.resetPassword(code, password));
    if (!isDone) return;
    toasts.show(t('reset.done'));
    router.go('room');
  };
  return (
    <EntryFrame>
      <h1 className={styles.title}>{t('reset.title')}</h1>
      <p>{t('reset.text')}</p>
      <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
        <Field
          type="password"
          autoComplete="new-password"
          autoFocus
          maxLength={limits.maxPasswordLength}
          label={t('account.newPassword')}
          hint={t('auth.passwordHint', { min: limits.minPasswordLength })}
          error={
            isShort ? t('auth.problems.passwordShort', { minPassword: limits.minPasswordLength }) : undefined
          }
          data-testid="reset-password"
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        {action.error ? (
          <Notice tone="danger" testId="reset-error">
            {t(isCode(action.error, 'NotFound') ? 'reset.ended' : errorTextKey(action.error))}
          </Notice>
        ) : null}
        <Button type="submit" variant="primary" data-testid="reset-submit" aria-disabled={action.busy}>
          {t('reset.submit')}
        </Button>
      </form>
      <Button variant="link" onClick={() => router.go('room')}>
        {t('reset.leave')}
      </Button>
    </EntryFrame>
  );
};
