import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Choice } from '../../ui/field.tsx';
import { type SentenceDialogProps, SentenceFields, useTerms } from './sentence-fields.tsx';
import { useSentence } from './use-sentence.ts';

/** Sends somebody out and keeps them out: until when, why, and whether what they wrote goes as well. */
export const BanDialog = ({ room, person, open, onClose }: SentenceDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const terms = useTerms(null);
  const [deletesMessages, setDeletesMessages] = useState(false);
  const name = person.userName;
  const ban = (): Promise<void> =>
    pass(
      () =>
        client.call('bans.set', {
          params: { slug: room.slug, user_id: person.userId },
          body: { reason: terms.reason, expires_at: terms.endsAt(), delete_messages: deletesMessages },
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
      <SentenceFields terms={terms} reasonHint={t('moderation.reasonOfBan')} />
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
