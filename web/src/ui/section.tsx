import { type ReactNode, useState } from 'react';
import styles from './section.module.css';

interface SectionProps {
  title: string;
  testId: string;
  children: ReactNode;
}

/** A part that stays folded until somebody wants it. What is inside is not there before, and outlasts being folded again. */
export const Section = ({ title, testId, children }: SectionProps) => {
  const [open, setOpen] = useState(false);
  const [isWanted, setWanted] = useState(false);
  return (
    <details
      className={styles.section}
      data-testid={testId}
      open={open}
      onToggle={(event) => {
        if (event.target !== event.currentTarget) return;
        setOpen(event.currentTarget.open);
        if (event.currentTarget.open) setWanted(true);
      }}
    >
      <summary className={styles.summary}>{title}</summary>
      {isWanted ? <div className={styles.body}>{children}</div> : null}
    </details>
  );
};
