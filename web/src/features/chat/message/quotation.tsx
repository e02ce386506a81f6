import type { Quotation } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../../lib/services.tsx';
import { useStore } from '../../../lib/use-store.ts';
import { Icon } from '../../../ui/icon.tsx';
import { useBlockedIds } from '../../people/use-blocked-ids.ts';
import { toPlainText } from '../markdown/plain-text.ts';
import styles from './parts.module.css';
import { useSurface } from './surface.tsx';

const maxLength = 140;

type Written = Pick<Quotation, 'userId' | 'text' | 'isDeleted'>;

/** What a message says, in one line: its words, or that it has none; whoever wrote it. */
export const useWords = () => {
  const { t } = useTranslation();
  const marks = useStore(useServices().marks);
  return ({ text, isDeleted }: Pick<Written, 'text' | 'isDeleted'>): string => {
    if (isDeleted) return t('chat.deleted');
    return toPlainText(text, maxLength, marks?.parseInline ?? null) || t('chat.noWords');
  };
};

/** The same, folded where I have blocked its author: it can be unfolded where it was written. */
export const useExcerpt = () => {
  const { t } = useTranslation();
  const wordsOf = useWords();
  const blockedIds = useBlockedIds();
  /** Of one's own no author needs to be named. */
  return (message: Omit<Written, 'userId'> & Partial<Written>): string =>
    blockedIds.has(message.userId ?? '') && !message.isDeleted ? t('chat.folded') : wordsOf(message);
};

/** What this message answers; it leads there. */
export const Quote = ({ quotation }: { quotation: Quotation }) => {
  const { t } = useTranslation();
  const { acts } = useSurface();
  const excerptOf = useExcerpt();
  return (
    <button
      type="button"
      className={styles.quote}
      title={t('chat.toQuoted')}
      data-testid="chat-quote"
      onClick={() => acts.jumpTo(quotation.messageId)}
    >
      <Icon name="reply" small />
      <span className="visually-hidden">{t('chat.answers')} </span>
      <bdi className={styles.quoteAuthor}>{quotation.userName}</bdi>
      <span className={styles.quoteText}>{excerptOf(quotation)}</span>
    </button>
  );
};
