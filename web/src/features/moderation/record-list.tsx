import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import styles from './moderation.module.css';

interface RecordListProps<T> {
  label: string;
  /** What is said where there are none. */
  empty: string;
  /** Null until they have come. */
  items: readonly T[] | null;
  error: unknown;
  /** It is asked for. */
  busy: boolean;
  onRetry: () => void;
  /** Where there are more than those shown. */
  onMore?: (() => void) | undefined;
  children: (item: T) => ReactNode;
}

/** What the server told, one below the other; or that it is being asked, has nothing, or could not be asked. */
export const RecordList = <T,>(props: RecordListProps<T>) => {
  const { t } = useTranslation();
  const { label, empty, items, error, busy, onRetry, onMore, children } = props;
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(items);
  return (
    <>
      <Failure error={error} busy={busy} onRetry={onRetry} heir={ref} />
      {items === null && !error ? <p className={styles.soft}>{t('moderation.loading')}</p> : null}
      {items?.length === 0 ? <p className={styles.soft}>{empty}</p> : null}
      <ul ref={ref} className={styles.records} aria-label={label} {...kept}>
        {items?.map(children)}
      </ul>
      {onMore ? (
        <Button className={styles.moreButton} data-testid="records-more" onClick={onMore}>
          {t('moderation.more')}
        </Button>
      ) : null}
    </>
  );
};
