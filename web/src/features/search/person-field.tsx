import type { Member } from '@boltorezka/sdk';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { SelectField } from '../../ui/field.tsx';

const maxPeople = 50;

interface PersonFieldProps {
  roomSlug: string;
  /** Who is known already, first in the list. */
  people: readonly Member[];
  person: Member | null;
  onChoose: (person: Member | null) => void;
}

const byName = (one: Member, other: Member): number => one.userName.localeCompare(other.userName);

/** Whose messages are looked for: one of those who may be in the room. */
export const PersonField = ({ roomSlug, people, person, onChoose }: PersonFieldProps) => {
  const { t } = useTranslation();
  const { client } = useServices();
  const [found, setFound] = useState<readonly Member[]>([]);
  useEffect(() => {
    let isWanted = true;
    client.people.find({ roomSlug, limit: maxPeople }).then(
      (answer) => isWanted && setFound(answer),
      // Those who are known can still be chosen.
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [client, roomSlug]);
  const all = [...new Map([...people, ...found].map((one) => [one.userId, one])).values()].sort(byName);
  return (
    <SelectField
      label={t('search.from')}
      data-testid="search-from"
      value={person?.userId ?? ''}
      onChange={(event) => onChoose(all.find(({ userId }) => userId === event.target.value) ?? null)}
    >
      <option value="">{t('search.anybody')}</option>
      {all.map(({ userId, userName }) => (
        <option key={userId} value={userId}>
          {userName}
        </option>
      ))}
    </SelectField>
  );
};
