import { limits } from '@boltorezka/sdk';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { useStore } from '../../lib/use-store.ts';
import { Field } from '../../ui/field.tsx';

interface CategoryFieldProps {
  value: string;
  onChange: (category: string) => void;
  testId: string;
}

/** Under which heading a room stands: one of those that there are, or a new one. */
export const CategoryField = ({ value, onChange, testId }: CategoryFieldProps) => {
  const { t } = useTranslation();
  const id = useId();
  const { rooms } = useStore(useServices().client.rooms.state);
  const categories = [...new Set(rooms.flatMap(({ category }) => category ?? []))].sort();
  return (
    <>
      <Field
        label={t('newRoom.category')}
        hint={t('newRoom.categoryHint')}
        list={id}
        maxLength={limits.maxRoomCategoryLength}
        data-testid={testId}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
      <datalist id={id}>
        {categories.map((category) => (
          <option key={category} value={category} />
        ))}
      </datalist>
    </>
  );
};
