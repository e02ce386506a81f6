import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Count } from '../../ui/count.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Lazily } from '../../ui/lazily.tsx';
import styles from './inbox.module.css';

const loadInbox = () => import('./inbox-dialog.tsx');

interface InboxButtonProps {
  /** Somebody was led to a message from here. */
  onLeave: () => void;
}

/** How often I was named or answered and have not seen it, and the way to where. */
export const InboxButton = ({ onLeave }: InboxButtonProps) => {
  const { t } = useTranslation();
  const { inbox } = useServices().client;
  const { unreadCount } = useStore(inbox.state);
  const [isOpen, setOpen] = useState(false);
  const close = useCallback(() => setOpen(false), []);
  return (
    <div className={styles.place}>
      <button
        type="button"
        className={styles.button}
        aria-haspopup="dialog"
        data-testid="inbox-open"
        onClick={() => setOpen(true)}
      >
        <Icon name="inbox" small />
        <span className={styles.label}>{t('inbox.title')}</span>
        <Count
          strong
          count={unreadCount}
          label={t('inbox.unread', { count: unreadCount })}
          testId="inbox-count"
        />
      </button>
      <Lazily load={loadInbox} when={isOpen} onFail={close}>
        {({ InboxDialog }) => <InboxDialog open={isOpen} onClose={close} onLeave={onLeave} />}
      </Lazily>
    </div>
  );
};
