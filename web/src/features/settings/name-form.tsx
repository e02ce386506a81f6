import { limits, toOneLine, type User } from '@boltorezka/sdk';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import { useUnsaved } from '../../ui/unsaved.ts';
import styles from './settings.module.css';

const bounds = { minName: limits.minUserNameLength, maxName: limits.maxUserNameLength };

const fits = (name: string): boolean => {
  const { length } = toOneLine(name);
  return length >= bounds.minName && length <= bounds.maxName;
};

export const NameForm = ({ user }: { user: User }) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const action = useAction();
  const { settle } = useUnsaved();
  const [name, setName] = useState(user.name);
  const [isWrong, setIsWrong] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setIsWrong(!fits(name));
    if (!fits(name) || !(await action.run(() => client.account.rename(name.trim())))) return;
    settle();
    toasts.show(t('account.nameChanged'));
  };
  return (
    <form className={styles.form} noValidate onSubmit={(event) => void submit(event)}>
      <Field
        label={t('auth.name')}
        autoComplete="name"
        data-testid="account-name"
        value={name}
        onChange={(event) => setName(event.target.value)}
        hint={t('auth.nameHint')}
        error={isWrong ? t('auth.problems.nameLength', bounds) : undefined}
      />
      {action.error ? <Notice tone="danger">{t(errorTextKey(action.error))}</Notice> : null}
      <Button type="submit" data-testid="account-name-submit" aria-disabled={action.busy}>
        {t('account.saveName')}
      </Button>
    </form>
  );
};
