import { type AccountBan, limits } from '@boltorezka/sdk';
import type { ComponentProps } from 'react';
import { useTranslation } from 'react-i18next';
import { useMoment } from '../../lib/use-moment.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './auth.module.css';
import type { AuthField, AuthMode } from './model.ts';
import { useAuthForm } from './use-auth-form.ts';

const bounds = {
  minPassword: limits.minPasswordLength,
  maxPassword: limits.maxPasswordLength,
  minName: limits.minUserNameLength,
  maxName: limits.maxUserNameLength,
};

interface AuthInputProps extends Omit<ComponentProps<'input'>, 'form'> {
  name: AuthField;
  form: ReturnType<typeof useAuthForm>;
  hint?: string | undefined;
}

const AuthInput = ({ name, form, ...input }: AuthInputProps) => {
  const { t } = useTranslation();
  const problem = form.problems[name];
  return (
    <Field
      {...input}
      name={name}
      label={t(`auth.${name}`)}
      data-testid={`auth-${name}`}
      value={form.values[name]}
      onChange={(event) => form.change(name, event.target.value)}
      error={problem ? t(`auth.problems.${problem}`, bounds) : undefined}
    />
  );
};

const submitKeys = { 'sign-in': 'auth.submitSignIn', 'sign-up': 'auth.submitSignUp' } as const;

/** Until when, and why: the reason stands as it was written. */
const Ban = ({ ban: { until, reason } }: { ban: AccountBan }) => {
  const { t } = useTranslation();
  const moment = useMoment();
  return (
    <>
      <p>{until ? t('auth.bannedUntil', { moment: moment(until) }) : t('auth.bannedForGood')}</p>
      {reason ? <p>{t('auth.banReason', { reason })}</p> : null}
    </>
  );
};

interface AuthFormProps {
  mode: AuthMode;
  invitation: string | null;
}

export const AuthForm = ({ mode, invitation }: AuthFormProps) => {
  const { t } = useTranslation();
  const form = useAuthForm(mode, invitation);
  const signingUp = mode === 'sign-up';
  const passwordHint = t('auth.passwordHint', { min: limits.minPasswordLength });
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void form.submit(event)}>
      <AuthInput form={form} name="email" type="email" autoComplete="username" autoFocus />
      {signingUp ? (
        <AuthInput form={form} name="name" type="text" autoComplete="name" hint={t('auth.nameHint')} />
      ) : null}
      <AuthInput
        form={form}
        name="password"
        type="password"
        autoComplete={signingUp ? 'new-password' : 'current-password'}
        hint={signingUp ? passwordHint : undefined}
      />
      {form.errorKey ? (
        <Notice tone="danger" testId="auth-error">
          {t(form.errorKey, { count: form.minutes })}
          {form.ban ? <Ban ban={form.ban} /> : null}
        </Notice>
      ) : null}
      <Button type="submit" variant="primary" data-testid="auth-submit" aria-disabled={form.busy}>
        {form.busy ? t('auth.busy') : t(submitKeys[mode])}
      </Button>
    </form>
  );
};
