import { type AdminUser, limits } from '@boltorezka/sdk';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { accountErrorKey } from '../../lib/account-error.ts';
import { useServices } from '../../lib/services.tsx';
import { type Action, useAction } from '../../lib/use-action.ts';
import { Button } from '../../ui/button.tsx';
import { Choice, Field, SelectField } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './admin.module.css';

const hourMs = 60 * 60 * 1000;
const spans = { day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs, forever: null } as const;
type Span = keyof typeof spans;

interface FormFrameProps {
  action: Action;
  submitText: string;
  testId: string;
  onClose: () => void;
  onSubmit: () => void;
  children: ReactNode;
}

const FormFrame = ({ action, submitText, testId, onClose, onSubmit, children }: FormFrameProps) => {
  const { t } = useTranslation();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form className={styles.form} noValidate onSubmit={submit}>
      {children}
      {action.error ? <Notice tone="danger">{t(accountErrorKey(action.error))}</Notice> : null}
      <div className={styles.actions}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button type="submit" variant="danger" data-testid={testId} aria-disabled={action.busy}>
          {submitText}
        </Button>
      </div>
    </form>
  );
};

interface PersonFormProps<T> {
  person: Pick<AdminUser, 'id'>;
  onClose: () => void;
  onDone: (result: T) => void;
}

/** Keeps somebody off the server, for a time or for good. */
export const BanForm = ({ person, onClose, onDone }: PersonFormProps<AdminUser>) => {
  const { t } = useTranslation();
  const { admin } = useServices().client;
  const action = useAction();
  const [reason, setReason] = useState('');
  const [span, setSpan] = useState<Span>('forever');
  const ban = async (): Promise<void> => {
    const ms = spans[span];
    const expires_at = ms === null ? null : new Date(Date.now() + ms).toISOString();
    onDone(await admin.updateUser(person.id, { ban: { reason: reason.trim(), expires_at } }));
    onClose();
  };
  return (
    <FormFrame
      action={action}
      submitText={t('admin.ban')}
      testId="person-ban-submit"
      onClose={onClose}
      onSubmit={() => void action.run(ban)}
    >
      <p>{t('admin.banText')}</p>
      <Field
        label={t('admin.reason')}
        hint={t('admin.reasonHint')}
        maxLength={limits.maxReasonLength}
        data-testid="person-ban-reason"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <SelectField
        label={t('admin.lifetime')}
        value={span}
        onChange={(event) => setSpan(event.target.value as Span)}
      >
        {(Object.keys(spans) as Span[]).map((each) => (
          <option key={each} value={each}>
            {t(`admin.lifetimes.${each}`)}
          </option>
        ))}
      </SelectField>
    </FormFrame>
  );
};

/** Deletes somebody's account for good. */
export const DeleteForm = ({ person, onClose, onDone }: PersonFormProps<void>) => {
  const { t } = useTranslation();
  const { admin } = useServices().client;
  const action = useAction();
  const [eraseMessages, setEraseMessages] = useState(false);
  const remove = async (): Promise<void> => {
    await admin.deleteUser(person.id, { eraseMessages });
    onClose();
    onDone();
  };
  return (
    <FormFrame
      action={action}
      submitText={t('account.delete')}
      testId="person-delete-submit"
      onClose={onClose}
      onSubmit={() => void action.run(remove)}
    >
      <p>{t('admin.deleteText')}</p>
      <Choice
        type="checkbox"
        label={t('admin.eraseMessages')}
        hint={t('account.eraseMessagesHint')}
        checked={eraseMessages}
        onChange={(event) => setEraseMessages(event.target.checked)}
      />
    </FormFrame>
  );
};
