import type { RoomBan, RoomState, User } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { usePages } from '../../lib/use-pages.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { Notice } from '../../ui/notice.tsx';
import { AddSentence } from './add-sentence.tsx';
import { BanDialog } from './ban-dialog.tsx';
import styles from './moderation.module.css';
import { RecordList } from './record-list.tsx';
import { SentenceRow } from './sentence-row.tsx';

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

interface BansSectionProps {
  state: RoomState;
  me: User;
}

/** Who may not come in, the way to let them, and the way to keep somebody else out. */
export const BansSection = ({ state, me }: BansSectionProps) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { slug } = state;
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
      <AddSentence
        room={state}
        meId={me.id}
        icon="ban"
        label={t('moderation.bans.add')}
        whom={t('moderation.bans.whom')}
        testId="ban-add"
        onlyInRoom={false}
        Terms={BanDialog}
      />
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <RecordList
        label={t('moderation.sections.bans')}
        empty={t('moderation.bans.none')}
        items={bans.items}
        error={bans.error}
        onRetry={bans.refresh}
        onMore={bans.hasMore ? bans.loadMore : undefined}
      >
        {(ban) => (
          <SentenceRow
            key={ban.user_id}
            sentence={ban}
            by={ban.banned_by}
            testId="ban"
            liftLabel={t('moderation.bans.lift')}
            busy={busy}
            onLift={() => void lift(ban)}
          />
        )}
      </RecordList>
    </div>
  );
};
