import type { User } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { SignOutButton } from '../unsent/sign-out-button.tsx';
import { BlockedPeople } from './blocked-people.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { Devices } from './devices.tsx';
import { ExportData } from './export-data.tsx';
import { NameForm } from './name-form.tsx';
import { PasswordForm } from './password-form.tsx';
import { PictureForm } from './picture-form.tsx';
import styles from './settings.module.css';

interface AccountSectionProps {
  user: User;
  onClose: () => void;
}

/** Who I am here: my name, my password, my devices, my data; and the way out. */
export const AccountSection = ({ user, onClose }: AccountSectionProps) => {
  const { t } = useTranslation();
  const { router } = useServices();
  const administer = (): void => {
    onClose();
    router.go('admin');
  };
  return (
    <section aria-labelledby="account-heading">
      <div className={styles.account}>
        <h3 id="account-heading">{t('settings.account')}</h3>
        <p className={styles.who}>
          {user.name} · {user.email}
        </p>
        <div className={styles.actions}>
          <SignOutButton />
          {user.is_administrator ? (
            <Button icon="server" data-testid="open-admin" onClick={administer}>
              {t('admin.title')}
            </Button>
          ) : null}
        </div>
      </div>
      <Section title={t('account.profile')} testId="settings-profile">
        <PictureForm user={user} />
        <NameForm user={user} />
      </Section>
      <Section title={t('account.password')} testId="settings-password">
        <PasswordForm email={user.email} />
      </Section>
      <Section title={t('account.devices')} testId="settings-devices">
        <Devices />
      </Section>
      <Section title={t('settings.blocked')} testId="settings-blocked">
        <BlockedPeople />
      </Section>
      <Section title={t('account.data')} testId="settings-data">
        <ExportData />
        <DeleteAccount />
      </Section>
    </section>
  );
};
