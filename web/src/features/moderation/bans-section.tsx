import type { RoomState, User } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { BanDialog } from './ban-dialog.tsx';
import { SentencesSection } from './sentences-section.tsx';

interface BansSectionProps {
  state: RoomState;
  me: User;
}

const changes = new Set(['banned', 'unbanned'] as const);

/** Who may not come in, the way to let them, and the way to keep somebody else out. */
export const BansSection = ({ state, me }: BansSectionProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { slug } = state;
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const query = cursor === undefined ? {} : { cursor };
      const { bans, next_cursor } = await client.call('bans.list', { params: { slug }, query });
      return { items: bans, nextCursor: next_cursor };
    },
    [client, slug],
  );
  return (
    <SentencesSection
      {...{ state, me, ask, changes }}
      kind="bans"
      testId="ban"
      icon="ban"
      onlyInRoom={false}
      Terms={BanDialog}
      byOf={(ban) => ban.banned_by}
      lift={({ user_id }) => client.call('bans.lift', { params: { slug, user_id } })}
      liftedText={(name) => t('moderation.bans.lifted', { name })}
    />
  );
};
