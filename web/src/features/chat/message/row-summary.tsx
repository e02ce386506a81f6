import type { TimelineMessage } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useExcerpt } from './quotation.tsx';
import { useSurface } from './surface.tsx';

/** What a message has besides its words, in a line: whoever goes by arrows from one to the next hears it, as the eye sees it. */
const useSummary = () => {
  const { t } = useTranslation();
  const excerptOf = useExcerpt();
  return (message: TimelineMessage): string => {
    const { replyTo, attachments, pinnedAt, editedAt, reactions, thread } = message;
    const names = attachments.map(({ name }) => name).join(', ');
    const parts = [
      replyTo && t('chat.summary.answers', { name: replyTo.userName, text: excerptOf(replyTo) }),
      names !== '' && t('chat.summary.files', { count: attachments.length, names }),
      pinnedAt !== null && t('chat.pinned'),
      editedAt !== null && t('chat.edited'),
      ...reactions.map(({ emoji, count }) => t('chat.reaction', { emoji, count })),
      thread && thread.replyCount > 0 && t('thread.replies', { count: thread.replyCount }),
    ];
    return parts.filter(Boolean).join(', ');
  };
};

interface RowSummaryProps {
  id: string;
  message: TimelineMessage;
}

/** Is only pointed at: what it tells stands in the row for those who read all of it. */
export const RowSummary = ({ id, message }: RowSummaryProps) => {
  const { blockedIds } = useSurface();
  const summaryOf = useSummary();
  const isTold = !message.isDeleted && !blockedIds.has(message.userId);
  return (
    <span id={id} hidden>
      {isTold ? summaryOf(message) : null}
    </span>
  );
};
