import type { RoomState } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { countedDownS, useSecondsUntil } from '../../../lib/use-seconds-until.ts';
import { IconButton } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import { Spoken } from '../../../ui/spoken.tsx';
import { useExcerpt } from '../message/quotation.tsx';
import type { Times } from '../times.ts';
import { type ClosedReason, slowUntil } from './closed-reason.ts';
import styles from './composer.module.css';
import type { Composing } from './composing.ts';

/** The counter keeps quiet until this few characters are left. */
export const counterFrom = 400;

interface CounterProps {
  id: string;
  left: number;
}

export const Counter = ({ id, left }: CounterProps) => {
  const { t } = useTranslation();
  if (left > counterFrom) return null;
  const text = left >= 0 ? t('chat.left', { count: left }) : t('chat.over', { count: -left });
  return (
    <p id={id} className={cx(styles.counter, left < 0 && styles.over)}>
      {text}
    </p>
  );
};

interface ComposingBarProps {
  composing: Composing;
  onCancel: () => void;
}

const useComposingTitle = () => {
  const { t } = useTranslation();
  return ({ kind, message }: Composing): string =>
    kind === 'edit' ? t('chat.editing') : t('chat.replyingTo', { name: message.userName });
};

/** The bar is seen as it comes; whoever writes by ear is told. */
export const SpokenComposing = ({ composing }: { composing: Composing | null }) => {
  const titleOf = useComposingTitle();
  const excerptOf = useExcerpt();
  return <Spoken>{composing ? `${titleOf(composing)} ${excerptOf(composing.message)}` : null}</Spoken>;
};

/** Says what is being written here: an answer, or a message anew. */
export const ComposingBar = ({ composing, onCancel }: ComposingBarProps) => {
  const { t } = useTranslation();
  const titleOf = useComposingTitle();
  const { kind, message } = composing;
  const excerptOf = useExcerpt();
  return (
    <div className={styles.bar} data-testid="composing" data-kind={kind}>
      <Icon name={kind} small />
      <p className={styles.barText}>
        <span className={styles.barTitle}>{titleOf(composing)}</span>{' '}
        <span className={styles.barExcerpt}>{excerptOf(message)}</span>
      </p>
      <IconButton
        icon="close"
        label={kind === 'edit' ? t('chat.cancelEdit') : t('chat.cancelReply')}
        data-testid="composing-cancel"
        onClick={onCancel}
      />
    </div>
  );
};

interface ClosedProps {
  reason: ClosedReason;
  times: Times;
}

const useClosedText = () => {
  const { t } = useTranslation();
  return ({ reason, times }: ClosedProps): string =>
    reason.kind === 'muted'
      ? t('chat.closed.muted', { time: times.moment(reason.until) })
      : t(`chat.closed.${reason.kind}`);
};

/** The same for who is elsewhere in the page: whoever was writing is led there, and reads it. */
export const SpokenClosed = ({ reason, times }: { reason: ClosedReason | null; times: Times }) => {
  const textOf = useClosedText();
  return <Spoken testId="closed-spoken">{reason ? textOf({ reason, times }) : null}</Spoken>;
};

/** What stands where one would write, and cannot. */
export const Closed = ({ reason, times }: ClosedProps) => {
  const text = useClosedText()({ reason, times });
  return (
    <p className={styles.closed} data-testid="chat-closed" data-reason={reason.kind}>
      <Icon name="lock" small />
      {text}
    </p>
  );
};

export interface SlowWait {
  /** When one may write again, in milliseconds since the epoch. */
  until: number;
  seconds: number;
}

type SlowProps = Pick<RoomState, 'details' | 'may'> & { lastOwnAt: string | null };

/** How long one has still to wait in a room that is slowed down; null where one need not. */
export const useSlowMode = ({ details, may, lastOwnAt }: SlowProps): SlowWait | null => {
  const [nowMs] = useState(() => Date.now());
  const slow = { slowModeS: details?.slowModeS ?? 0, lastOwnAt, maySkip: may.skipSlowMode };
  const until = slowUntil(slow, nowMs);
  const seconds = useSecondsUntil(until);
  return until === null || !seconds ? null : { until, seconds };
};

interface SlowModeProps {
  wait: SlowWait | null;
  /** As it was when what was written did not go. */
  refusedAt: SlowWait | null;
  times: Times;
}

export const SlowMode = ({ wait, refusedAt, times }: SlowModeProps) => {
  const { t } = useTranslation();
  const textOf = ({ until, seconds }: SlowWait): string =>
    seconds > countedDownS
      ? t('chat.slowModeUntil', { time: times.moment(new Date(until).toISOString()) })
      : t('chat.slowMode', { count: seconds });
  return (
    <>
      {wait ? (
        // A countdown is for the eye: read aloud each second, it would drown everything else.
        <p className={styles.counter} aria-live="off" data-testid="chat-slow">
          {textOf(wait)}
        </p>
      ) : null}
      <Spoken>{refusedAt && textOf(refusedAt)}</Spoken>
    </>
  );
};

interface FilesWaitProps {
  isQueued: boolean;
  isStuck: boolean;
}

/** What was sent waits for its files, or did not go for want of one. */
export const FilesWait = ({ isQueued, isStuck }: FilesWaitProps) => {
  const { t } = useTranslation();
  const text = isQueued ? t('chat.waitsForFiles') : isStuck ? t('chat.notSent') : null;
  return (
    <>
      {text ? (
        <p
          className={cx(styles.counter, !isQueued && styles.over)}
          data-testid={isQueued ? 'chat-queued' : 'chat-stuck'}
        >
          {text}
        </p>
      ) : null}
      <Spoken testId="queue-spoken">{text}</Spoken>
    </>
  );
};
