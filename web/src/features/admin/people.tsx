import type { User } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { Notice } from '../../ui/notice.tsx';
import styles from './admin.module.css';
import { PersonItem } from './person-item.tsx';
import { usePeople } from './use-people.ts';

/** Everybody who has an account. */
export const People = ({ me }: { me: User }) => {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const { people, error, loadMore, replace, remove } = usePeople(query);
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
      {error ? <Notice tone="danger">{t(errorTextKey(error))}</Notice> : null}
      <ul className={styles.list}>
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
      {loadMore ? (
        <Button data-testid="admin-more" onClick={loadMore}>
          {t('admin.more')}
        </Button>
      ) : null}
    </section>
  );
};
