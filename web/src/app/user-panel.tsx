import type { User } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../lib/services.tsx';
import { useStore } from '../lib/use-store.ts';
import { Avatar } from '../ui/avatar.tsx';
import { IconButton } from '../ui/button.tsx';
import { Count } from '../ui/count.tsx';
import styles from './user-panel.module.css';

interface UserPanelProps {
  user: User;
  onOpenSettings: () => void;
}

/** Who I am here, and the way to the settings. */
export const UserPanel = ({ user, onOpenSettings }: UserPanelProps) => {
  const { t } = useTranslation();
  const { client, router } = useServices();
  const reportCount = useStore(client.rooms.serverReportCount);
  return (
    <div className={styles.panel}>
      <Avatar userId={user.id} name={user.name} />
      <div className={styles.who}>
        <p className={styles.name} data-testid="user-name">
          {user.name}
        </p>
        <p className={styles.email}>{user.email}</p>
      </div>
      {user.is_administrator && reportCount > 0 ? (
        <>
          <IconButton
            icon="shield"
            label={t('admin.reportsWaiting', { count: reportCount })}
            data-testid="server-waiting"
            onClick={() => router.go('admin')}
          />
          <Count count={reportCount} label={t('admin.reportsWaiting', { count: reportCount })} strong />
        </>
      ) : null}
      <IconButton
        icon="settings"
        label={t('settings.open')}
        data-testid="settings-open"
        onClick={onOpenSettings}
      />
    </div>
  );
};
