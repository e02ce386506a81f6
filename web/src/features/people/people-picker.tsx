import type { Member } from '@boltorezka/sdk';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorTextKey } from '../../lib/error-text.ts';
import { nameTags } from '../../lib/name-tags.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { PickList } from '../../ui/pick-list.tsx';
import { usePeopleSearch } from './use-people-search.ts';

interface PeoplePickerProps {
  label: string;
  hint?: string;
  /** Who is not offered: myself, or who is here already. */
  except: readonly string[];
  onPick: (person: Member) => void;
  /** The room whose people are offered first, until somebody is looked for by name; or they alone. */
  of?: { roomSlug: string; alone: boolean };
}

/** Finds people of this server by their names. */
export const PeoplePicker = ({ label, hint, except, onPick, of }: PeoplePickerProps) => {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const search = usePeopleSearch({
    ...{ query, limit: 20 },
    ...(of && (of.alone || query.trim() === '') ? { roomSlug: of.roomSlug } : {}),
  });
  const people = search.people.filter(({ userId }) => !except.includes(userId));
  const tags = nameTags(people);
  const status = (): string => {
    if (search.status === 'failed') return t(errorTextKey(search.error));
    if (search.status === 'ready') return t('people.found', { count: people.length });
    return t('people.looking');
  };
  return (
    <PickList
      label={label}
      {...(hint ? { hint } : {})}
      placeholder={t('people.placeholder')}
      query={query}
      onQuery={setQuery}
      options={people.map(({ userId, userName }) => ({
        id: userId,
        label: userName,
        note: tags.get(userId),
        mark: <Avatar size="small" userId={userId} name={userName} />,
        testId: 'person-found',
      }))}
      onPick={(id) => {
        const person = people.find(({ userId }) => userId === id);
        if (person) onPick(person);
      }}
      status={status()}
      testId="people-query"
    />
  );
};
