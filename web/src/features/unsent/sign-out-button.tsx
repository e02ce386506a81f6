import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { within } from '../../lib/within.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './unsent.module.css';
import { UnsentList } from './unsent-list.tsx';
import { useUnsent } from './use-unsent.ts';

/** The server may be away: whoever signs out does not wait for it longer. */
const patienceMs = 3_000;

/** What is to be gone is gone here at once, and taken back from the server while it can still be asked. */
const useSignOut = () => {
  const { client, uploads } = useServices();
  const { auth, unsent, drafts } = client;
  const [isLeaving, setLeaving] = useState(false);
  const leave = async (takeBack: () => Promise<unknown>): Promise<void> => {
    if (isLeaving) return;
    setLeaving(true);
    try {
      await within(patienceMs, takeBack());
      await auth.logout();
    } finally {
      setLeaving(false);
    }
  };
  return {
    isLeaving,
    keep: (): void => runQuietly(leave(() => uploads.takeBack())),
    erase: (): void => {
      drafts.erase();
      runQuietly(leave(() => Promise.all([unsent.erase(), uploads.takeBack()])));
    },
  };
};

/** What is unsent stays in this browser, where others may sit: whoever signs out decides about it. Chosen files never stay. */
const AskAboutUnsent = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const things = useUnsent();
  const signOut = useSignOut();
  // They go as they are taken back: what was asked stays the question.
  const [hasWords] = useState(things.messages.length + things.drafts.length > 0);
  return (
    <div className={styles.form} data-testid="sign-out-unsent">
      <p>{t(hasWords ? 'unsent.signOutText' : 'unsent.signOutFilesText')}</p>
      <UnsentList {...things} />
      <div className={styles.actions}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button
          variant="danger"
          data-testid="sign-out-erase"
          aria-disabled={signOut.isLeaving}
          onClick={signOut.erase}
        >
          {t(hasWords ? 'unsent.eraseAndSignOut' : 'settings.signOut')}
        </Button>
        {hasWords ? (
          <Button
            variant="primary"
            data-testid="sign-out-keep"
            aria-disabled={signOut.isLeaving}
            onClick={signOut.keep}
          >
            {t('unsent.keepAndSignOut')}
          </Button>
        ) : null}
      </div>
    </div>
  );
};

export const SignOutButton = () => {
  const { t } = useTranslation();
  const { client, uploads } = useServices();
  const [isAsking, setAsking] = useState(false);
  const signOut = (): void => {
    const isWritten = client.unsent.state.get().length > 0 || client.drafts.list().length > 0;
    if (isWritten || uploads.chosen().length > 0) setAsking(true);
    else runQuietly(client.auth.logout());
  };
  return (
    <>
      <Button data-testid="sign-out" onClick={signOut}>
        {t('settings.signOut')}
      </Button>
      <Dialog open={isAsking} onClose={() => setAsking(false)} title={t('unsent.signOutTitle')}>
        {isAsking ? <AskAboutUnsent onClose={() => setAsking(false)} /> : null}
      </Dialog>
    </>
  );
};
