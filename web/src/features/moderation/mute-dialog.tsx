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

/** Silences somebody: in writing, in the call, or both; until when, and why. */
export const MuteDialog = ({ room, person, open, onClose }: PersonDialogProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const { busy, error, pass } = useSentence(onClose);
  const [kinds, setKinds] = useState({ text: true, voice: true });
  const [durationS, setDurationS] = useState<Duration>(60 * 60);
  const [reason, setReason] = useState('');
  const name = person.userName;
  const mute = (): Promise<void> =>
    pass(
      () =>
        client.call('members.mute', {
          params: { slug: room.slug, user_id: person.userId },
          body: { ...kinds, expires_at: endOf(durationS, Date.now()), reason },
        }),
      t('moderation.mute.done', { name }),
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
      <fieldset>
        <legend className="visually-hidden">{t('moderation.mute.what')}</legend>
        {(['text', 'voice'] as const).map((kind) => (
          <Choice
            key={kind}
            type="checkbox"
            label={t(`moderation.mute.${kind}`)}
            data-testid={`mute-${kind}`}
            checked={kinds[kind]}
            onChange={(event) => setKinds({ ...kinds, [kind]: event.target.checked })}
          />
        ))}
      </fieldset>
      <DurationField label={t('moderation.howLong')} value={durationS} onChange={setDurationS} />
      <Field
        label={t('moderation.reason')}
        hint={t('moderation.reasonOfMute')}
        maxLength={limits.maxReasonLength}
        data-testid="reason"
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </ConfirmDialog>
  );
};
