import type { AppError, MessageChange, TimelineMessage } from '@boltorezka/sdk';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey, isCode } from '../../../lib/error-text.ts';
import { useLasting } from '../../../lib/use-lasting.ts';
import { countedDownS, useSecondsUntil } from '../../../lib/use-seconds-until.ts';
import { Button } from '../../../ui/button.tsx';
import { Icon } from '../../../ui/icon.tsx';
import type { Times } from '../times.ts';
import styles from './message.module.css';
import { useSurface } from './surface.tsx';

/** Usually a message is sent before the eye could read the word. */
const patienceMs = 500;

const Sending = ({ text }: { text: string }) =>
  useLasting(true, patienceMs) ? <p className={styles.sending}>{text}</p> : null;

interface StatusProps {
  message: TimelineMessage;
  times: Times;
}

/** Nothing but slow mode has a message wait for longer than one would count down. */
const useWaitText = ({ message: { retryAt }, times }: StatusProps): string => {
  const { t } = useTranslation();
  const seconds = useSecondsUntil(retryAt);
  if (retryAt === null || !seconds) return t('chat.waiting');
  return seconds > countedDownS
    ? t('chat.waitingUntil', { time: times.moment(new Date(retryAt).toISOString()) })
    : t('chat.waitingFor', { count: seconds });
};

const Waiting = (props: StatusProps) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
  const { key } = props.message;
  const text = useWaitText(props);
  if (!useLasting(true, patienceMs)) return null;
  const discard = (): void => {
    acts.settle();
    acts.discard(key);
  };
  return (
    <div className={styles.waiting} data-testid="chat-waiting">
      <p className={styles.sending}>{text}</p>
      <Button variant="link" data-testid="chat-discard" onClick={discard}>
        {t('chat.discard')}
      </Button>
    </div>
  );
};

interface FailedProps {
  messageKey: string;
  text: string;
  error: AppError | null;
  /** Another way than to try the same again. */
  children?: ReactNode;
}

const Failed = ({ messageKey, text, error, children }: FailedProps) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
  const settleAnd = (act: (key: string) => void) => (): void => {
    acts.settle();
    act(messageKey);
  };
  return (
    <div className={styles.failure}>
      <p className={styles.failureText}>
        <Icon name="alert" small />
        <span>
          {text} {error ? t(errorTextKey(error)) : null}
        </span>
      </p>
      {children}
      <Button variant="link" data-testid="chat-retry" onClick={settleAnd(acts.retry)}>
        {t('chat.retry')}
      </Button>
      <Button variant="link" data-testid="chat-discard" onClick={settleAnd(acts.discard)}>
        {t('chat.discard')}
      </Button>
    </div>
  );
};

/** A file that waited for too long is gone from the server: the text can go without it. */
const FailedMessage = ({ message }: { message: TimelineMessage }) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
  const { key, text, error, isExpired, attachments } = message;
  if (isExpired) return <Failed messageKey={key} text={t('chat.expired')} error={null} />;
  const isFileGone = isCode(error, 'NotFound') && attachments.length > 0 && text.trim() !== '';
  const sendWithoutFiles = (): void => {
    acts.settle();
    acts.retry(key, { withoutAttachments: true });
  };
  return (
    <Failed messageKey={key} text={t('chat.failed')} error={error}>
      {isFileGone ? (
        <Button variant="link" data-testid="chat-send-without-files" onClick={sendWithoutFiles}>
          {t('chat.sendWithoutFiles')}
        </Button>
      ) : null}
    </Failed>
  );
};

interface ChangeStatusProps {
  messageKey: string;
  change: MessageChange;
}

const ChangeStatus = ({ messageKey, change: { kind, status, error } }: ChangeStatusProps) => {
  const { t } = useTranslation();
  if (status === 'failed') {
    return <Failed messageKey={messageKey} text={t(`chat.changeFailed.${kind}`)} error={error} />;
  }
  // What is seen at once needs no word.
  if (kind === 'react' || kind === 'pin') return null;
  return <Sending text={t(`chat.changing.${kind}`)} />;
};

/** What has become of a message, or of a change of one, that the server has not confirmed. */
export const MessageStatus = ({ message, times }: StatusProps) => {
  const { t } = useTranslation();
  const { key, status, change } = message;
  switch (status) {
    case 'sent':
      return change ? <ChangeStatus key={change.status} messageKey={key} change={change} /> : null;
    case 'sending':
      return <Sending text={t('chat.sending')} />;
    case 'waiting':
      return <Waiting message={message} times={times} />;
    case 'failed':
      return <FailedMessage message={message} />;
    default:
      return status satisfies never;
  }
};
