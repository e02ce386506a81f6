import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { Choice } from '../../ui/field.tsx';
import { type SentenceDialogProps, SentenceFields, useTerms } from './sentence-fields.tsx';
import { useSentence } from './use-sentence.ts';

/** Which of the two is silenced. */
export const whatOf = ({ text, voice }: { text: boolean; voice: boolean }): 'text' | 'voice' | 'both' => {
  if (text && voice) return 'both';
  return text ? 'text' : 'voice';
};

/** Silences somebody: in writing, in the call, or both; until when, and why. */
export const MuteDialog = ({ room, person, open, onClose }: SentenceDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const [kinds, setKinds] = useState({ text: true, voice: true });
  const terms = useTerms(60 * 60);
  const name = person.userName;
  const mute = (): Promise<void> =>
    pass(
      () =>
        client.call('members.mute', {
          params: { slug: room.slug, user_id: person.userId },
          body: { ...kinds, expires_at: terms.endsAt(), reason: terms.reason },
        }),
      t(`moderation.mute.done.${whatOf(kinds)}`, { name }),
    );
  return (
    <ConfirmDialog
      open={open}
      title={t('moderation.mute.title', { name })}
      text={<p>{t('moderation.mute.text')}</p>}
      confirmLabel={t('moderation.mute.submit')}
      disabled={!kinds.text && !kinds.voice}
      busy={busy}
      error={error}
      onConfirm={() => void mute()}
      onClose={onClose}
    >
      <fieldset aria-label={t('moderation.mute.what')}>
        {(['text', 'voice'] as const).map((kind) => (
          <Choice
            key={kind}
            type="checkbox"
            label={t(kind === 'text' ? 'moderation.mute.writing' : 'moderation.mute.speaking')}
            data-testid={`mute-${kind}`}
            checked={kinds[kind]}
            onChange={(event) => setKinds({ ...kinds, [kind]: event.target.checked })}
          />
        ))}
      </fieldset>
      <SentenceFields terms={terms} reasonHint={t('moderation.reasonOfMute')} />
    </ConfirmDialog>
  );
};
