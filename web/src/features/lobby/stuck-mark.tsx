import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Icon } from '../../ui/icon.tsx';
import styles from './lobby.module.css';

/** A message that was sent in one of these rooms, and waited for its files, did not go: whoever wrote it may not have seen that. */
export const StuckMark = ({ slugs }: { slugs: readonly string[] }) => {
  const { t } = useTranslation();
  const here = useStore(useServices().uploads.stuck).filter(({ roomSlug }) => slugs.includes(roomSlug));
  if (here.length === 0) return null;
  const isInThreads = here.every(({ threadRootId }) => threadRootId !== undefined);
  const label = t(isInThreads ? 'lobby.stuckInThread' : 'lobby.stuck');
  return (
    <span className={styles.stuck} title={label} data-testid="room-stuck">
      <Icon name="alert" small />
      <span className="visually-hidden">, {label}</span>
    </span>
  );
};
