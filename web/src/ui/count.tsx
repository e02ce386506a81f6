import { cx } from '../lib/cx.ts';
import styles from './count.module.css';

/** More than these are not counted out: the number would say no more, and push the name aside. */
const maxShown = 99;

export const shownCount = (count: number): string => (count > maxShown ? `${maxShown}+` : String(count));

interface CountProps {
  count: number;
  /** The same in a sentence, for those who do not see it. */
  label: string;
  /** Is meant for me. */
  strong?: boolean;
  testId?: string;
}

/** A number at the end of a line, and what it counts in words. Nothing where there is nothing to count. */
export const Count = ({ count, label, strong = false, testId }: CountProps) =>
  count > 0 ? (
    <span className={cx(styles.count, strong && styles.strong)} title={label} data-testid={testId}>
      <span aria-hidden="true">{shownCount(count)}</span>
      <span className="visually-hidden">, {label}</span>
    </span>
  ) : null;
