import type { ReactNode } from 'react';

interface SpokenProps {
  /** Nothing, until there is something to say. */
  children: ReactNode;
  testId?: string;
}

/** Says to those who do not see the page what the eye takes from it. It is there before its words: only then are they read aloud. */
export const Spoken = ({ children, testId }: SpokenProps) => (
  <div className="visually-hidden" role="status" data-testid={testId}>
    {children}
  </div>
);
