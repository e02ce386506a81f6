import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { cx } from '../../../lib/cx.ts';
import { Avatar } from '../../../ui/avatar.tsx';
import { Icon } from '../../../ui/icon.tsx';
import styles from './composer.module.css';
import type { Candidate } from './use-candidates.ts';
import type { Completion } from './use-completion.ts';

const Face = ({ candidate }: { candidate: Candidate }) => {
  const { t } = useTranslation();
  switch (candidate.kind) {
    case 'person':
      return (
        <>
          <Avatar size="small" userId={candidate.person.userId} name={candidate.person.userName} />
          <bdi className={styles.candidateName}>{candidate.person.userName}</bdi>
          {candidate.tag ? <span className={styles.candidateHint}>{candidate.tag}</span> : null}
        </>
      );
    case 'everyone':
      return (
        <>
          <Icon name="users" small />
          <span className={styles.candidateName}>{candidate.text}</span>
          <span className={styles.candidateHint}>{t('chat.everyoneHint')}</span>
        </>
      );
    case 'emoji':
      return (
        <>
          <span className={styles.candidateEmoji} aria-hidden="true">
            {candidate.text}
          </span>
          <span className={styles.candidateName}>{candidate.label}</span>
        </>
      );
    default:
      return candidate satisfies never;
  }
};

interface CompletionListProps {
  id: string;
  completion: Completion;
}

/** What may be meant. The focus stays in the text; the list tells which one Enter would take. */
export const CompletionList = ({ id, completion }: CompletionListProps) => {
  const { t } = useTranslation();
  const { candidates, active, choose } = completion;
  const list = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another one is active.
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <>
      {candidates.length > 0 ? (
        <div
          ref={list}
          id={id}
          role="listbox"
          aria-label={t('chat.completions')}
          className={styles.completions}
          data-testid="completions"
        >
          {candidates.map((candidate, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys go to the text, which holds the focus.
            // biome-ignore lint/a11y/useFocusableInteractive: the text points at it, as ARIA has it for lists of this kind.
            <div
              key={candidate.key}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === active}
              className={cx(styles.candidate, index === active && styles.activeCandidate)}
              data-testid="completion"
              // The focus must not leave the text, or the list would close before it is clicked.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(candidate)}
            >
              <Face candidate={candidate} />
            </div>
          ))}
        </div>
      ) : null}
      <p className="visually-hidden" role="status">
        {candidates.length > 0 ? t('chat.completionCount', { count: candidates.length }) : ''}
      </p>
    </>
  );
};
