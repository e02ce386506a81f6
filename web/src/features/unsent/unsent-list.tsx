import { useTranslation } from 'react-i18next';
import styles from './unsent.module.css';
import type { UnsentLine, UnsentThings } from './use-unsent.ts';

const Lines = ({ title, lines, testId }: { title: string; lines: UnsentLine[]; testId: string }) =>
  lines.length === 0 ? null : (
    <section className={styles.group} data-testid={testId}>
      <h2 className={styles.title}>{title}</h2>
      <ul className={styles.lines}>
        {lines.map(({ key, roomSlug, text }) => (
          <li key={key} className={styles.line} data-testid="unsent-line">
            <span className={styles.room}>#{roomSlug}</span> <span className={styles.text}>{text}</span>
          </li>
        ))}
      </ul>
    </section>
  );

/** What waits to be sent, and what was begun, in the words of whoever wrote it. */
export const UnsentList = ({ messages, drafts, chosen }: UnsentThings) => {
  const { t } = useTranslation();
  return (
    <div className={styles.list}>
      <Lines title={t('unsent.messages')} lines={messages} testId="unsent-messages" />
      <Lines title={t('unsent.drafts')} lines={drafts} testId="unsent-drafts" />
      <Lines title={t('unsent.chosen')} lines={chosen} testId="unsent-chosen" />
    </div>
  );
};
