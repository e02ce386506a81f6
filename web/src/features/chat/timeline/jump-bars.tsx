import { useTranslation } from 'react-i18next';
import { Button, IconButton } from '../../../ui/button.tsx';
import styles from './chat.module.css';

interface ToLatestProps {
  unread: number;
  onClick: () => void;
}

export const ToLatest = ({ unread, onClick }: ToLatestProps) => {
  const { t } = useTranslation();
  return (
    <Button className={styles.toLatest} icon="arrowDown" data-testid="chat-latest" onClick={onClick}>
      {unread > 0 ? t('chat.unread', { count: unread }) : t('chat.toLatest')}
    </Button>
  );
};

interface UnreadBarProps {
  /** When the first of them was written; null where it is further back than what is here. */
  since: string | null;
  onJump: () => void;
  onDismiss: () => void;
}

/** What is new began above what is in view. */
export const UnreadBar = ({ since, onJump, onDismiss }: UnreadBarProps) => {
  const { t } = useTranslation();
  return (
    <div className={styles.unreadBar} data-testid="chat-unread-bar">
      <Button variant="ghost" icon="arrowUp" data-testid="chat-to-unread" onClick={onJump}>
        {since === null ? t('chat.unreadAbove') : t('chat.unreadSince', { time: since })}
      </Button>
      <IconButton icon="close" label={t('chat.markRead')} data-testid="chat-mark-read" onClick={onDismiss} />
    </div>
  );
};
