import type { InboxItem, InboxState } from '@boltorezka/sdk';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { runQuietly } from '../../lib/run.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { useStore } from '../../lib/use-store.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/failure.tsx';
import { useExcerpt } from '../chat/message/quotation.tsx';
import { Entry } from '../chat/panels/entry.tsx';
import panelStyles from '../chat/panels/panels.module.css';
import { useTimes } from '../chat/times.ts';
import styles from './inbox.module.css';

interface EntriesProps {
  state: InboxState;
  onOpen: (item: InboxItem) => void;
}

const Entries = ({ state, onOpen }: EntriesProps) => {
  const { t } = useTranslation();
  const times = useTimes();
  const excerptOf = useExcerpt();
  return (
    <ul className={panelStyles.entries}>
      {state.entries.map((item) => (
        <li key={`${item.kind} ${item.message.key}`}>
          <Entry
            userName={item.message.userName}
            createdAt={item.createdAt}
            times={times}
            where={t(`inbox.kinds.${item.kind}`, { room: item.roomTitle })}
            isUnread={!item.isRead}
            testId="inbox-entry"
            onOpen={() => onOpen(item)}
          >
            {item.isRead ? null : <span className="visually-hidden">{t('inbox.new')} </span>}
            {excerptOf(item.message)}
          </Entry>
        </li>
      ))}
    </ul>
  );
};

const Body = ({ state, onOpen, onOlder }: EntriesProps & { onOlder: () => void }) => {
  const { t } = useTranslation();
  const { inbox } = useServices().client;
  const { ref, ...kept } = useKeptFocus<HTMLDivElement>(state.hasOlder);
  if (state.status === 'failed' && state.entries.length === 0) {
    return (
      <div className={panelStyles.note} role="alert">
        <p>{t(errorTextKey(state.error))}</p>
        <Button onClick={() => runQuietly(inbox.refresh())}>{t('common.tryAgain')}</Button>
      </div>
    );
  }
  if (state.entries.length === 0) {
    return (
      <p className={panelStyles.note} data-testid="inbox-empty">
        {state.status === 'loading' ? t('app.loading') : t('inbox.empty')}
      </p>
    );
  }
  return (
    <div ref={ref} className={panelStyles.body} {...kept}>
      <Entries state={state} onOpen={onOpen} />
      {state.hasOlder ? (
        <div className={panelStyles.more}>
          <Button
            variant="link"
            aria-disabled={state.loadingOlder}
            data-testid="inbox-older"
            onClick={onOlder}
          >
            {t('inbox.older')}
          </Button>
        </div>
      ) : null}
    </div>
  );
};

/** Older entries, and whether it was they that could not be read: what is tried again is what has failed. */
const useOlder = () => {
  const { inbox } = useServices().client;
  const failure = useRef<unknown>(null);
  const load = async (): Promise<void> => {
    await inbox.loadOlder();
    failure.current = inbox.state.get().error;
  };
  return {
    load: () => runQuietly(load()),
    hasFailed: (error: unknown): boolean => error !== null && error === failure.current,
  };
};

interface InboxDialogProps {
  open: boolean;
  onClose: () => void;
  onLeave: () => void;
}

/** Where I was named or answered, the newest first. */
export const InboxDialog = ({ open, onClose, onLeave }: InboxDialogProps) => {
  const { t } = useTranslation();
  const { client, router, toasts } = useServices();
  const state = useStore(client.inbox.state);
  const older = useOlder();
  const asking = useAction();
  const isFailed = state.status === 'failed';
  const { ref, ...kept } = useKeptFocus<HTMLDivElement>(state);
  useEffect(() => {
    if (open && isFailed) runQuietly(client.inbox.refresh());
  }, [open, isFailed, client]);
  const show = ({ roomSlug, message: { id } }: InboxItem): void => {
    onClose();
    onLeave();
    if (id !== null) router.openMessage(roomSlug, id);
  };
  const markAll = (): void => {
    client.inbox.markAllRead().catch((error: unknown) => toasts.show(t(errorTextKey(error))));
  };
  return (
    <Dialog edge="left" title={t('inbox.title')} open={open} onClose={onClose}>
      <div ref={ref} className={styles.sheet} data-testid="inbox-sheet" {...kept}>
        {state.unreadCount > 0 ? (
          <div className={styles.tools}>
            <Button variant="link" data-testid="inbox-read-all" onClick={markAll}>
              {t('inbox.markAllRead')}
            </Button>
          </div>
        ) : null}
        {state.entries.length > 0 ? (
          <Failure
            error={state.error}
            busy={asking.busy || state.loadingOlder}
            onRetry={() =>
              older.hasFailed(state.error) ? older.load() : void asking.run(() => client.inbox.refresh())
            }
            heir={ref}
            testId="inbox-failed"
          />
        ) : null}
        <Body state={state} onOpen={show} onOlder={older.load} />
      </div>
    </Dialog>
  );
};
