import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './unsent.module.css';
import { UnsentList } from './unsent-list.tsx';
import { useUnsent } from './use-unsent.ts';

/** What is unsent stays in this browser, where others may sit: whoever signs out decides about it. */
const AskAboutUnsent = ({ onClose }: { onClose: () => void }) => {
  const { t } = useTranslation();
  const { auth, unsent, drafts } = useServices().client;
  const things = useUnsent();
  const signOut = (): void => runQuietly(auth.logout());
  const eraseAndSignOut = (): void => {
    unsent.erase();
    drafts.erase();
    signOut();
  };
  return (
    <div className={styles.form} data-testid="sign-out-unsent">
      <p>{t('unsent.signOutText')}</p>
      <UnsentList {...things} />
      <div className={styles.actions}>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button variant="danger" data-testid="sign-out-erase" onClick={eraseAndSignOut}>
          {t('unsent.eraseAndSignOut')}
        </Button>
        <Button variant="primary" data-testid="sign-out-keep" onClick={signOut}>
          {t('unsent.keepAndSignOut')}
        </Button>
      </div>
    </div>
  );
};

export const SignOutButton = () => {
  const { t } = useTranslation();
  const { client } = useServices();
  const [isAsking, setAsking] = useState(false);
  const signOut = (): void => {
    const isUnsent = client.unsent.state.get().length > 0 || client.drafts.list().length > 0;
    if (isUnsent) setAsking(true);
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
