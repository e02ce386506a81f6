import { limits, type Member, type RoomState } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/field.tsx';
import { DurationField } from './duration-field.tsx';
import { type durationsS, endOf } from './durations.ts';

type Duration = (typeof durationsS)[number];

interface Terms {
  durationS: Duration;
  setDurationS: (durationS: Duration) => void;
  reason: string;
  setReason: (reason: string) => void;
  /** When it ends, if it begins now. */
  endsAt: () => string | null;
}

/** How long a mute or a ban lasts, and why. */
export const useTerms = (firstDurationS: Duration): Terms => {
  const [durationS, setDurationS] = useState<Duration>(firstDurationS);
  const [reason, setReason] = useState('');
  return { durationS, setDurationS, reason, setReason, endsAt: () => endOf(durationS, Date.now()) };
};

/** What asks for the terms of a mute or a ban. */
export interface SentenceDialogProps {
  room: Pick<RoomState, 'slug' | 'title'>;
  person: Member;
  open: boolean;
  onClose: () => void;
}

interface SentenceFieldsProps {
  terms: Terms;
  /** Who gets to read the reason. */
  reasonHint: string;
}

export const SentenceFields = ({ terms, reasonHint }: SentenceFieldsProps) => {
  const { t } = useTranslation();
  return (
    <>
      <DurationField label={t('moderation.howLong')} value={terms.durationS} onChange={terms.setDurationS} />
      <Field
        label={t('moderation.reason')}
        hint={reasonHint}
        maxLength={limits.maxReasonLength}
        data-testid="reason"
        value={terms.reason}
        onChange={(event) => terms.setReason(event.target.value)}
      />
    </>
  );
};
