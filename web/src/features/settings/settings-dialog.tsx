import type { User } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Choice } from '../../ui/field.tsx';
import { AccountSection } from './account-section.tsx';
import { LanguageSelect } from './language-select.tsx';
import { MicrophoneFields } from './microphone-fields.tsx';
import styles from './settings.module.css';
import { ThemeSelect } from './theme-select.tsx';

const RelayOnly = () => {
  const { t } = useTranslation();
  const { client, preferences } = useServices();
  const [relayOnly, setRelayOnly] = useState(preferences.loadRelayOnly);
  const change = (next: boolean): void => {
    setRelayOnly(next);
    preferences.saveRelayOnly(next);
    client.voice.setIceTransportPolicy(next ? 'relay' : 'all');
  };
  return (
    <Choice
      type="checkbox"
      label={t('settings.relayOnly')}
      hint={t('settings.relayOnlyHint')}
      data-testid="setting-relay-only"
      checked={relayOnly}
      onChange={(event) => change(event.target.checked)}
    />
  );
};

interface SettingsDialogProps {
  user: User;
  open: boolean;
  onClose: () => void;
}

/** What a person may choose. Everything takes effect at once; there is nothing to save. */
export const SettingsDialog = ({ user, open, onClose }: SettingsDialogProps) => {
  const { t } = useTranslation();
  return (
    <Dialog open={open} onClose={onClose} title={t('settings.title')}>
      <div className={styles.settings}>
        <fieldset className={styles.group}>
          <legend className={styles.legend}>{t('settings.appearance')}</legend>
          <div className={styles.pair}>
            <LanguageSelect />
            <ThemeSelect />
          </div>
        </fieldset>
        <fieldset className={styles.group}>
          <legend className={styles.legend}>{t('settings.microphone')}</legend>
          <MicrophoneFields />
        </fieldset>
        <fieldset className={styles.group}>
          <legend className={styles.legend}>{t('settings.network')}</legend>
          <RelayOnly />
        </fieldset>
        <AccountSection user={user} onClose={onClose} />
      </div>
    </Dialog>
  );
};
