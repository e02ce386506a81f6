import { limits, type OpenRoom, type TimelineMessage } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../../lib/error-text.ts';
import { runQuietly } from '../../../lib/run.ts';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { TextArea } from '../../../ui/field.tsx';
import { useWords } from '../message/quotation.tsx';
import { useSurface } from '../message/surface.tsx';
import styles from './place.module.css';

interface MessageDialogProps {
  message: TimelineMessage;
  onClose: () => void;
}

const Excerpt = ({ message }: { message: TimelineMessage }) => {
  const wordsOf = useWords();
  return <blockquote className={styles.excerpt}>{wordsOf(message)}</blockquote>;
};

/** Something that is asked of the server, and may be refused. */
const useAsking = (ask: () => Promise<unknown>, onDone: () => void) => {
  const { t } = useTranslation();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await ask();
      onDone();
    } catch (problem) {
      setError(t(errorTextKey(problem)));
      setBusy(false);
    }
  };
  return { isBusy, error, run: () => runQuietly(run()) };
};

interface DeleteDialogProps extends MessageDialogProps {
  room: OpenRoom;
}

export const DeleteDialog = ({ room, message, onClose }: DeleteDialogProps) => {
  const { t } = useTranslation();
  const { me, acts } = useSurface();
  const isMine = message.userId === me.id;
  return (
    <ConfirmDialog
      open
      danger
      busy={false}
      title={t('chat.deleteTitle')}
      text={isMine ? t('chat.deleteOwn') : t('chat.deleteOthers', { name: message.userName })}
      confirmLabel={t('chat.actions.delete')}
      onClose={onClose}
      onConfirm={() => {
        onClose();
        acts.settle();
        if (message.id !== null) room.delete(message.id);
      }}
    >
      <Excerpt message={message} />
    </ConfirmDialog>
  );
};

export const ReportDialog = ({ message, onClose }: MessageDialogProps) => {
  const { t } = useTranslation();
  const { client, toasts } = useServices();
  // Of a room of two no moderator hears.
  const isDirect = useStore(useSurface().room.state).details?.kind === 'direct';
  const [reason, setReason] = useState('');
  const text = reason.trim();
  const { isBusy, error, run } = useAsking(
    () => client.call('reports.create', { params: { message_id: message.id ?? '' }, body: { reason: text } }),
    () => {
      toasts.show(t(isDirect ? 'chat.reportedDirect' : 'chat.reported'));
      onClose();
    },
  );
  return (
    <ConfirmDialog
      open
      busy={isBusy}
      error={error}
      disabled={text === ''}
      title={t('chat.reportTitle')}
      text={t(isDirect ? 'chat.reportTextDirect' : 'chat.reportText')}
      confirmLabel={t('chat.reportSubmit')}
      onClose={onClose}
      onConfirm={run}
    >
      <Excerpt message={message} />
      <TextArea
        label={t('chat.reportReason')}
        data-testid="report-reason"
        maxLength={limits.maxReasonLength}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
      />
    </ConfirmDialog>
  );
};
