import type { Report } from '@boltorezka/sdk';
import { useTranslation } from 'react-i18next';
import { useMoment } from '../../lib/use-moment.ts';
import styles from './moderation.module.css';

const Quote = ({ text, files = [] }: { text: string; files?: string[] | undefined }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
  <blockquote className={styles.quote} tabIndex={0}>
    {[text, files.join(', ')].filter(Boolean).join('\n')}
  </blockquote>
);

const Message = ({ message }: Pick<Report, 'message'>) => {
  const { t } = useTranslation();
  if (message.deleted_at) return <p className={styles.quote}>{t('moderation.reports.deleted')}</p>;
  return <Quote text={message.text} files={message.attachments?.map(({ name }) => name)} />;
};

/** What it said when it was reported, where its author, or somebody who looked first, has made it another. */
const Reported = ({ reported }: { reported: NonNullable<Report['as_reported']> }) => {
  const { t } = useTranslation();
  return (
    <div data-testid="as-reported">
      <p className={styles.note}>{t('moderation.reports.asReported')}</p>
      <Quote text={reported.text} files={reported.attachment_names} />
      <p className={styles.note}>{t('moderation.reports.now')}</p>
    </div>
  );
};

/** What was reported, by whom, and why. */
export const ReportText = ({ report }: { report: Report }) => {
  const { t } = useTranslation();
  const moment = useMoment();
  const { message, reporter, reason, created_at, as_reported: reported } = report;
  return (
    <>
      <p className={styles.recordTitle}>
        {t('moderation.reports.wrote', { name: message.user_name, moment: moment(message.created_at) })}
      </p>
      {reported ? <Reported reported={reported} /> : null}
      <Message message={message} />
      <p>{t('moderation.reports.said', { name: reporter.user_name, reason })}</p>
      <p className={styles.note}>{moment(created_at)}</p>
    </>
  );
};
