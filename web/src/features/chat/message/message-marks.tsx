import type { TimelineMessage } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { Icon } from '../../../ui/icon.tsx';
import type { Times } from '../times.ts';
import styles from './parts.module.css';

interface MessageMarksProps {
  message: TimelineMessage;
  times: Times;
}

/** What has happened to a message since it was written. */
export const MessageMarks = ({ message: { editedAt, pinnedAt }, times }: MessageMarksProps) => {
  const { t } = useTranslation();
  if (editedAt === null && pinnedAt === null) return null;
  return (
    <p className={styles.marks}>
      {pinnedAt === null ? null : (
        <span className={styles.mark} data-testid="chat-pinned">
          <Icon name="pin" small />
          {t('chat.pinned')}
        </span>
      )}
      {editedAt === null ? null : (
        <time
          className={styles.mark}
          dateTime={editedAt}
          title={times.moment(editedAt)}
          data-testid="chat-edited"
        >
          {t('chat.edited')}
        </time>
      )}
    </p>
  );
};
