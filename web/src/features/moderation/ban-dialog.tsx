import { limits } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Choice, Field } from '../../ui/field.tsx';
import { DurationField } from './duration-field.tsx';
import { type durationsS, endOf } from './durations.ts';
import type { PersonDialogProps } from './person-dialogs.tsx';
import { useSentence } from './use-sentence.ts';

type Duration = (typeof durationsS)[number];

/** Sends somebody out and keeps them out: until when, why, and whether what they wrote goes as well. */
export const BanDialog = ({ room, person, open, onClose }: PersonDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const [durationS, setDurationS] = useState<Duration>(null);
  const [reason, setReason] = useState('');
  const [deletesMessages, setDeletesMessages] = useState(false);
  const name = person.userName;
  const ban = (): Promise<void> =>
    pass(
      () =>
        client.call('bans.set', {
          params: { slug: room.slug, user_id: person.userId },
          body: { reason, expires_at: endOf(durationS, Date.now()), delete_messages: deletesMessages },
        }),
      t('moderation.ban.done', { name }),
    );
  return (
    <ConfirmDialog
      danger
      open={open}
      title={t('moderation.ban.title', { name })}
      text={<p>{t('moderation.ban.text', { room: room.title })}</p>}
      confirmLabel={t('moderation.ban.submit')}
      busy={busy}
      error={error}
      onConfirm={() => void ban()}
      onClose={onClose}
    >
      <DurationField label={t('moderation.howLong')} value={durationS} onChange={setDurationS} />
      <Field
        label={t('moderation.reason')}
        hint={t('moderation.reasonOfBan')}
        maxLength={limits.maxReasonLength}
        data-testid="reason"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
      <Choice
        type="checkbox"
        label={t('moderation.ban.deleteMessages')}
        hint={t('moderation.ban.deleteMessagesHint')}
        data-testid="ban-delete-messages"
        checked={deletesMessages}
        onChange={(event) => setDeletesMessages(event.target.checked)}
      />
    </ConfirmDialog>
  );
};
