import { AppError, limits, type User } from '@boltorezka/sdk';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useStore } from '../../lib/use-store.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './settings.module.css';

/** What the server makes a picture of. Told so, a phone hands over one that it can read. */
const accepted = 'image/png,image/jpeg,image/webp,image/avif,image/gif';
const maxMib = limits.maxPictureBytes / 1024 / 1024;

const useProblem = (error: unknown): string | null => {
  const { t } = useTranslation();
  if (!error) return null;
  if (isCode(error, 'PayloadTooLarge')) return t('account.pictureTooLarge', { max: maxMib });
  if (isCode(error, 'UnsupportedMediaType')) return t('account.pictureUnusable');
  // Nothing there can make pictures: to try again is of no use.
  if (isCode(error, 'Unavailable') && !error.retryable) return t('account.pictureNotHere');
  return t(errorTextKey(error));
};

/** What I look like to others. */
export const PictureForm = ({ user }: { user: User }) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const action = useAction();
  const pictureId = useStore(client.pictures.of(user.id));
  const input = useRef<HTMLInputElement>(null);
  const problem = useProblem(action.error);
  const set = async (file: File): Promise<void> => {
    const send = async () => {
      if (file.size > limits.maxPictureBytes) throw new AppError('PayloadTooLarge', 'The file is too large.');
      await client.pictures.set(file);
    };
    if (await action.run(send)) toasts.show(t('account.pictureSet'));
  };
  const remove = async (): Promise<void> => {
    if (await action.run(() => client.pictures.remove())) toasts.show(t('account.pictureRemoved'));
  };
  return (
    <div className={styles.picture}>
      <Avatar size="large" userId={user.id} name={user.name} />
      <div className={styles.form}>
        <p className={styles.note}>{t('account.pictureHint', { max: maxMib })}</p>
        {problem === null ? null : <Notice tone="danger">{problem}</Notice>}
        <input
          ref={input}
          type="file"
          accept={accepted}
          hidden
          aria-label={t('account.choosePicture')}
          data-testid="account-picture-input"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void set(file);
            // The same file can be chosen again.
            currentTarget.value = '';
          }}
        />
        <div className={styles.actions}>
          <Button
            data-testid="account-picture-choose"
            aria-disabled={action.busy}
            onClick={() => input.current?.click()}
          >
            {t(pictureId === null ? 'account.choosePicture' : 'account.changePicture')}
          </Button>
          {pictureId === null ? null : (
            <Button
              data-testid="account-picture-remove"
              aria-disabled={action.busy}
              onClick={() => void remove()}
            >
              {t('account.removePicture')}
            </Button>
          )}
        </div>
        <p role="status" className={styles.note}>
          {action.busy ? t('account.pictureSending') : null}
        </p>
      </div>
    </div>
  );
};
