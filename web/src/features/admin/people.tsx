import type { User } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useKeptFocus } from '../../lib/use-kept-focus.ts';
import { Button } from '../../ui/button.tsx';
import { Failure } from '../../ui/failure.tsx';
import { Field } from '../../ui/field.tsx';
import { Spoken } from '../../ui/spoken.tsx';
import styles from './admin.module.css';
import { PersonItem } from './person-item.tsx';
import { usePeople } from './use-people.ts';

/** Everybody who has an account. */
export const People = ({ me }: { me: User }) => {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const { people, error, isAsking, retry, isAnswer, hasMore, loadMore, replace, remove } = usePeople(query);
  const { ref, ...kept } = useKeptFocus<HTMLUListElement>(people);
  return (
    <section className={styles.section} aria-labelledby="admin-people">
      <h2 id="admin-people">{t('admin.people')}</h2>
      <Field
        type="search"
        label={t('admin.find')}
        data-testid="admin-find"
        maxLength={254}
        value={query}
        onChange={(event) => setQuery(event.target.value)}
      />
      <Failure error={error} busy={isAsking} onRetry={retry} heir={ref} testId="admin-people-failed" />
      <Spoken testId="admin-found">
        {query.trim() === '' || !isAnswer ? null : t('admin.found', { count: people.length })}
      </Spoken>
      <ul ref={ref} className={styles.list} aria-labelledby="admin-people" {...kept}>
        {people.map((person) => (
          <PersonItem
            key={person.id}
            person={person}
            isMe={person.id === me.id}
            onChanged={replace}
            onDeleted={() => remove(person.id)}
          />
        ))}
      </ul>
      {hasMore ? (
        <Button data-testid="admin-more" onClick={loadMore}>
          {t('admin.more')}
        </Button>
      ) : null}
    </section>
  );
};
