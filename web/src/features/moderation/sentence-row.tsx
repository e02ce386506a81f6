import { useTranslation } from 'react-i18next';
import { useMoment } from '../../lib/use-moment.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { Button } from '../../ui/button.tsx';
import styles from './moderation.module.css';

export interface Sentence {
  user_id: string;
  user_name: string;
  reason: string;
  created_at: string;
  expires_at: string | null;
}

interface SentenceRowProps {
  sentence: Sentence;
  /** What is forbidden, where it is not all. */
  what?: string;
  /** Null: nobody who is still here. Undefined: a server of an earlier build does not say. */
  by: { user_name: string } | null | undefined;
  testId: string;
  liftLabel: string;
  busy: boolean;
  onLift: () => void;
}

/** Somebody who is banned or muted: why, since when, until when, by whom; and the way to end it. */
export const SentenceRow = (props: SentenceRowProps) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { sentence, what, by, testId, liftLabel, busy, onLift } = props;
  const { user_id: userId, user_name: userName, reason, created_at, expires_at } = sentence;
  const facts = [
    what,
    t('moderation.since', { moment: moment(created_at) }),
    expires_at === null ? t('moderation.forGood') : t('moderation.until', { moment: moment(expires_at) }),
    by ? t('moderation.by', { name: by.user_name }) : undefined,
  ].filter((fact) => fact !== undefined);
  return (
    <li className={styles.record} data-testid={testId} data-user-name={userName}>
      <Avatar userId={userId} name={userName} />
      <div className={styles.recordText}>
        <p className={styles.recordTitle}>{userName}</p>
        {reason === '' ? null : <p>{reason}</p>}
        <p className={styles.note}>{facts.join(' · ')}</p>
      </div>
      <Button data-testid={`${testId}-lift`} aria-disabled={busy} onClick={onLift}>
        {liftLabel}
        <span className="visually-hidden">: {userName}</span>
      </Button>
    </li>
  );
};
