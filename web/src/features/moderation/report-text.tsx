import type { Report } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useMoment } from '../../lib/use-moment.ts';
import styles from './moderation.module.css';

const Message = ({ message }: Pick<Report, 'message'>) => {
  const { t } = useTranslation();
  if (message.deleted_at) return <p className={styles.quote}>{t('moderation.reports.deleted')}</p>;
  const files = message.attachments?.map(({ name }) => name).join(', ');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <blockquote className={styles.quote} tabIndex={0}>
      {[message.text, files].filter(Boolean).join('\n')}
    </blockquote>
  );
};

/** What was reported, by whom, and why. */
export const ReportText = ({ report }: { report: Report }) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { message, reporter, reason, created_at } = report;
  return (
    <>
      <p className={styles.recordTitle}>
        {t('moderation.reports.wrote', { name: message.user_name, moment: moment(message.created_at) })}
      </p>
      <Message message={message} />
      <p>{t('moderation.reports.said', { name: reporter.user_name, reason })}</p>
      <p className={styles.note}>{moment(created_at)}</p>
    </>
  );
};
