import type { DeviceSession } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { Button } from '../../ui/button.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Notice } from '../../ui/notice.tsx';
import { SignOutDialog, useHasUnsent } from '../unsent/sign-out-dialog.tsx';
import { useSignOut } from '../unsent/use-sign-out.ts';
import styles from './settings.module.css';
import { useDevices } from './use-devices.ts';

interface DeviceProps {
  session: DeviceSession;
  busy: boolean;
  onEnd: () => void;
}

const Device = ({ session, busy, onEnd }: DeviceProps) => {
  const { t, i18n } = useTranslation();
  const { browser, os, is_current: isCurrent, last_used_at: lastUsedAt } = session;
  const name = [browser, os].filter((word) => word !== null).join(', ') || t('account.unknownDevice');
  const when = new Date(lastUsedAt).toLocaleString(i18n.language, {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return (
    <li className={styles.device} data-testid="device" data-current={isCurrent}>
      <div>
        <p className={styles.deviceName}>{name}</p>
        <p className={styles.note}>{isCurrent ? t('account.thisDevice') : t('account.lastUsed', { when })}</p>
      </div>
      {isCurrent ? null : (
        <Button
          data-testid="device-end"
          aria-label={t('account.endDevice', { name })}
          aria-disabled={busy}
          onClick={onEnd}
        >
          {t('settings.signOut')}
        </Button>
      )}
    </li>
  );
};

/** Asks first: this device is one of them. What could not be done is said, and tried again from here. */
const EndAll = () => {
  const { t } = useTranslation();
  const [asked, setAsked] = useState<'alone' | 'about unsent' | null>(null);
  const signOut = useSignOut({ everywhere: true });
  const { isLeaving, error, keep, giveUp } = signOut;
  const hasUnsent = useHasUnsent();
  const close = (): void => {
    giveUp();
    setAsked(null);
  };
  return (
    <>
      <Button
        variant="danger"
        data-testid="devices-end-all"
        onClick={() => setAsked(hasUnsent() ? 'about unsent' : 'alone')}
      >
        {t('account.endAll')}
      </Button>
      <ConfirmDialog
        open={asked === 'alone'}
        title={t('account.endAllTitle')}
        text={t('account.endAllText')}
        confirmLabel={t('account.endAll')}
        danger
        busy={isLeaving}
        error={error ? `${t(errorTextKey(error))} ${t('account.endAllFailed')}` : null}
        onConfirm={keep}
        onClose={close}
      />
      <SignOutDialog {...{ signOut, everywhere: true, open: asked === 'about unsent' }} onClose={close} />
    </>
  );
};

/** Where this person is signed in, each with a way to end it. */
export const Devices = () => {
  const { t } = useTranslation();
  const { list, busy, error, end, endOthers } = useDevices();
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(list.data);
  return (
    <>
      {list.status === 'loading' && !list.data && !list.error ? (
        <p role="status">{t('app.loading')}</p>
      ) : null}
      <ul ref={ref} className={styles.devices} aria-label={t('account.devices')} {...kept}>
        {list.data?.map((session) => (
          <Device key={session.id} session={session} busy={busy} onEnd={() => void end(session.id)} />
        ))}
      </ul>
      <Failure
        error={list.error}
        busy={list.status === 'loading'}
        onRetry={list.refresh}
        heir={ref}
        testId="devices-failed"
      />
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <div className={styles.actions}>
        <Button data-testid="devices-end-others" aria-disabled={busy} onClick={() => void endOthers()}>
          {t('account.endOthers')}
        </Button>
        <EndAll />
      </div>
    </>
  );
};
