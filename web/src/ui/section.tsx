import { type ReactNode, useState } from 'react';
import styles from './section.module.css';

interface SectionProps {
  title: string;
  testId: string;
  children: ReactNode;
}

/** A part that stays folded until somebody wants it; what is inside is not there before. */
export const Section = ({ title, testId, children }: SectionProps) => {
  const [open, setOpen] = useState(false);
  return (
    <details
      className={styles.section}
      data-testid={testId}
      open={open}
      onToggle={(event) => {
        if (event.target === event.currentTarget) setOpen(event.currentTarget.open);
      }}
    >
      <summary className={styles.summary}>{title}</summary>
      {open ? <div className={styles.body}>{children}</div> : null}
    </details>
  );
};
