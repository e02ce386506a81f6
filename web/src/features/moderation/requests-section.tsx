import { AppError, type JoinRequest } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useMoment } from '../../lib/use-moment.ts';
import { useRemote } from '../../lib/use-remote.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';

const useRequests = (slug: string) => {
  const { client } = useServices();
  const ask = useCallback(
    async () => (await client.call('joinRequests.list', { params: { slug } })).requests,
    [client, slug],
  );
  const list = useRemote(ask);
  useServerEvent((event) => {
    if (event.type === 'moderation.waiting' && event.payload.roomSlug === slug) list.refresh();
  });
  return list;
};

interface RequestRowProps {
  request: JoinRequest;
  busy: boolean;
  onDecide: (accept: boolean) => void;
}

const RequestRow = ({ request, busy, onDecide }: RequestRowProps) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { user_id: userId, user_name: userName, text, created_at: createdAt } = request;
  return (
    <li className={styles.record} data-testid="join-request" data-user-name={userName}>
      <Avatar userId={userId} name={userName} />
      <div className={styles.recordText}>
        <p className={styles.recordTitle}>{userName}</p>
        {text === '' ? null : <p>{text}</p>}
        <p className={styles.note}>{moment(createdAt)}</p>
      </div>
      <div className={styles.actions}>
        <Button
          variant="primary"
          data-testid="request-accept"
          aria-disabled={busy}
          onClick={() => onDecide(true)}
        >
          {t('moderation.requests.accept')}
          <span className="visually-hidden">: {userName}</span>
        </Button>
        <Button data-testid="request-decline" aria-disabled={busy} onClick={() => onDecide(false)}>
          {t('moderation.requests.decline')}
          <span className="visually-hidden">: {userName}</span>
        </Button>
      </div>
    </li>
  );
};

/** Another moderator was faster: what was asked for is done, one way or the other. */
const isDecided = (error: unknown): boolean => error instanceof AppError && error.code === 'NotFound';

/** Who asks to be let in. */
export const RequestsSection = ({ slug }: { slug: string }) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const list = useRequests(slug);
  const { busy, error, run } = useAction();
  const decide = async ({ user_id, user_name: name }: JoinRequest, accept: boolean): Promise<void> => {
    const params = { slug, user_id };
    const isDone = await run(() => client.call('joinRequests.decide', { params, body: { accept } }));
    if (isDone) {
      list.change((requests) => requests.filter((request) => request.user_id !== user_id));
      toasts.show(t(accept ? 'moderation.requests.accepted' : 'moderation.requests.declined', { name }));
    }
    list.refresh();
  };
  return (
    <div className={styles.section}>
      <p className={styles.soft}>{t('moderation.requests.about')}</p>
      {error ? (
        <Notice tone="danger">
          {t(isDecided(error) ? 'moderation.requests.decided' : errorTextKey(error))}
        </Notice>
      ) : null}
      <RecordList
        label={t('moderation.sections.requests')}
        empty={t('moderation.requests.none')}
        items={list.data}
        error={list.error}
        busy={list.status === 'loading'}
        onRetry={list.refresh}
      >
        {(request) => (
          <RequestRow
            key={request.user_id}
            request={request}
            busy={busy}
            onDecide={(accept) => void decide(request, accept)}
          />
        )}
      </RecordList>
    </div>
  );
};
