import type { User } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import styles from './user-panel.module.css';

interface UserPanelProps {
  user: User;
  onOpenSettings: () => void;
}

/** Who I am here, and the way to the settings. */
export const UserPanel = ({ user, onOpenSettings }: UserPanelProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.panel}>
      <Avatar userId={user.id} name={user.name} />
      <div className={styles.who}>
        <p className={styles.name} data-testid="user-name">
          {user.name}
        </p>
        <p className={styles.email}>{user.email}</p>
      </div>
      <IconButton
        icon="settings"
        label={t('settings.open')}
        data-testid="settings-open"
        onClick={onOpenSettings}
      />
    </div>
  );
};
