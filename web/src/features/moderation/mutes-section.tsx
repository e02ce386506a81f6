import type { RoomState, User } from '@boltorezka/sdk';
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { MuteDialog, whatOf } from './mute-dialog.tsx';
import { SentencesSection } from './sentences-section.tsx';

interface MutesSectionProps {
  state: RoomState;
  me: User;
}

/** Whoever becomes an owner is muted no more. */
const changes = new Set(['muted', 'unmuted', 'roleChanged', 'joined'] as const);

/** Who may not write or speak, the way to let them, and the way to silence somebody else. */
export const MutesSection = ({ state, me }: MutesSectionProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { slug } = state;
  const ask = useCallback(
    async (cursor: string | undefined) => {
      const query = cursor === undefined ? {} : { cursor };
      const { mutes, next_cursor } = await client.call('mutes.list', { params: { slug }, query });
      return { items: mutes, nextCursor: next_cursor };
    },
    [client, slug],
  );
  return (
    <SentencesSection
      {...{ state, me, ask, changes }}
      kind="mutes"
      testId="mute"
      icon="micOff"
      onlyInRoom
      Terms={MuteDialog}
      whatOf={(mute) => t(`moderation.mutes.what.${whatOf(mute)}`)}
      byOf={(mute) => mute.muted_by}
      lift={({ user_id }) => client.call('members.unmute', { params: { slug, user_id } })}
      liftedText={(name) => t('moderation.unmuted', { name })}
    />
  );
};
