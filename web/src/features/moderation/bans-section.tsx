import type { RoomBan } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { useMoment } from '../../lib/use-moment.ts';
import { usePages } from '../../lib/use-pages.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';

const useBans = (slug: string) => {
  const { client } = useServices();
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const query = cursor === undefined ? {} : { cursor };
      const { bans, next_cursor } = await client.call('bans.list', { params: { slug }, query });
      return { items: bans, nextCursor: next_cursor };
    },
    [client, slug],
  );
  const pages = usePages(ask);
  useServerEvent((event) => {
    if (event.type !== 'room.memberChanged') return;
    if (event.payload.change === 'banned' || event.payload.change === 'unbanned') pages.refresh();
  });
  return pages;
};

interface BanRowProps {
  ban: RoomBan;
  busy: boolean;
  onLift: () => void;
}

const BanRow = ({ ban, busy, onLift }: BanRowProps) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { user_id: userId, user_name: userName, reason, created_at, expires_at } = ban;
  const end =
    expires_at === null ? t('moderation.forGood') : t('moderation.until', { moment: moment(expires_at) });
  return (
    <li className={styles.record} data-testid="ban" data-user-name={userName}>
      <Avatar userId={userId} name={userName} />
      <div className={styles.recordText}>
        <p className={styles.recordTitle}>{userName}</p>
        {reason === '' ? null : <p>{reason}</p>}
        <p className={styles.note}>
          {t('moderation.bans.since', { moment: moment(created_at) })} · {end}
        </p>
      </div>
      <Button data-testid="ban-lift" aria-disabled={busy} onClick={onLift}>
        {t('moderation.bans.lift')}
        <span className="visually-hidden">: {userName}</span>
      </Button>
    </li>
  );
};

/** Who may not come in, and the way to let them. */
export const BansSection = ({ slug }: { slug: string }) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const bans = useBans(slug);
  const { busy, error, run } = useAction();
  const lift = async ({ user_id, user_name: name }: RoomBan): Promise<void> => {
    if (await run(() => client.call('bans.lift', { params: { slug, user_id } })))
      toasts.show(t('moderation.bans.lifted', { name }));
    bans.refresh();
  };
  return (
    <div className={styles.section}>
      <p className={styles.soft}>{t('moderation.bans.about')}</p>
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <RecordList
        label={t('moderation.sections.bans')}
        empty={t('moderation.bans.none')}
        items={bans.items}
        error={bans.error}
        onRetry={bans.refresh}
        onMore={bans.hasMore ? bans.loadMore : undefined}
      >
        {(ban) => <BanRow key={ban.user_id} ban={ban} busy={busy} onLift={() => void lift(ban)} />}
      </RecordList>
    </div>
  );
};
