import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../lib/cx.ts';
import { IconButton } from './button.tsx';
import { Icon, type IconName } from './icon.tsx';
import styles from './notice.module.css';

interface NoticeProps {
  /** A danger or a warning interrupts; information waits for its turn. */
  tone: 'danger' | 'warning' | 'info';
  children: ReactNode;
  action?: ReactNode;
  onDismiss?: () => void;
  testId?: string;
  /** From edge to edge, for a notice that belongs to the whole page. */
  wide?: boolean;
  icon?: IconName;
}

/** A line that interrupts politely: what happened, what to do, and perhaps a button that does it. */
export const Notice = ({
  tone,
  children,
  action,
  onDismiss,
  testId,
  wide = false,
  icon = 'alert',
}: NoticeProps) => {
  const { t } = useTranslation();
  return (
    <div
      role={tone === 'info' ? 'status' : 'alert'}
      className={cx(styles.notice, styles[tone], wide && styles.wide)}
      data-testid={testId}
    >
      <Icon name={icon} />
      <div className={styles.text}>{children}</div>
      <div className={styles.acts}>
        {action}
        {onDismiss ? <IconButton icon="close" label={t('common.dismiss')} onClick={onDismiss} /> : null}
      </div>
    </div>
  );
};
