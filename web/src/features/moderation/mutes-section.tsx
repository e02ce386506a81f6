import type { RoomMute, RoomState, User } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { useServices } from '../../lib/services.tsx';
import { useAction } from '../../lib/use-action.ts';
import { usePages } from '../../lib/use-pages.ts';
import { useServerEvent } from '../../lib/use-server-event.ts';
import { Notice } from '../../ui/notice.tsx';
import { AddSentence } from './add-sentence.tsx';
import styles from './moderation.module.css';
import { MuteDialog, whatOf } from './mute-dialog.tsx';
import { RecordList } from './record-list.tsx';
import { SentenceRow } from './sentence-row.tsx';

/** Whoever becomes an owner is muted no more. */
const changes: ReadonlySet<string> = new Set(['muted', 'unmuted', 'roleChanged', 'joined']);

const useMutes = (slug: string) => {
  const { client } = useServices();
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const query = cursor === undefined ? {} : { cursor };
      const { mutes, next_cursor } = await client.call('mutes.list', { params: { slug }, query });
      return { items: mutes, nextCursor: next_cursor };
    },
    [client, slug],
  );
  const pages = usePages(ask);
  useServerEvent((event) => {
    if (event.type === 'room.memberChanged' && changes.has(event.payload.change)) pages.refresh();
  });
  return pages;
};

interface MutesSectionProps {
  state: RoomState;
  me: User;
}

/** Who may not write or speak, the way to let them, and the way to silence somebody else. */
export const MutesSection = ({ state, me }: MutesSectionProps) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  const { slug } = state;
  const mutes = useMutes(slug);
  const { busy, error, run } = useAction();
  const lift = async ({ user_id, user_name: name }: RoomMute): Promise<void> => {
    if (await run(() => client.call('members.unmute', { params: { slug, user_id } })))
      toasts.show(t('moderation.unmuted', { name }));
    mutes.refresh();
  };
  return (
    <div className={styles.section}>
      <p className={styles.soft}>{t('moderation.mutes.about')}</p>
      <AddSentence
        room={state}
        meId={me.id}
        icon="micOff"
        label={t('moderation.mutes.add')}
        whom={t('moderation.mutes.whom')}
        testId="mute-add"
        onlyInRoom
        Terms={MuteDialog}
      />
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <RecordList
        label={t('moderation.sections.mutes')}
        empty={t('moderation.mutes.none')}
        items={mutes.items}
        error={mutes.error}
        onRetry={mutes.refresh}
        onMore={mutes.hasMore ? mutes.loadMore : undefined}
      >
        {(mute) => (
          <SentenceRow
            key={mute.user_id}
            sentence={mute}
            what={t(`moderation.mutes.what.${whatOf(mute)}`)}
            by={mute.muted_by}
            testId="mute"
            liftLabel={t('moderation.mutes.lift')}
            busy={busy}
            onLift={() => void lift(mute)}
          />
        )}
      </RecordList>
    </div>
  );
};
