import type { ReactNode } from 'react';
import styles from './badged.module.css';
import { shownCount } from './count.tsx';

interface BadgedProps {
  count: number;
  /** A button; its name says in words what is counted. */
  children: ReactNode;
}

/** A number at the corner of a button whose only face is a drawing. */
export const Badged = ({ count, children }: BadgedProps) => (
  <span className={styles.badged}>
    {children}
    {count > 0 ? (
      <span className={styles.badge} aria-hidden="true">
        {shownCount(count)}
      </span>
    ) : null}
  </span>
);
