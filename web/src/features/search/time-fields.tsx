import { useTranslation } from 'react-i18next';
import { Field } from '../../ui/field.tsx';
import type { SearchFilters } from './filters.ts';

interface TimeFieldsProps {
  filters: SearchFilters;
  onChange: (change: Partial<SearchFilters>) => void;
}

/** From which day and to which one, both included, by the calendar of whoever searches. */
export const TimeFields = ({ filters: { since, until }, onChange }: TimeFieldsProps) => {
  const { t } = useTranslation();
  return (
    <>
      <Field
        label={t('search.since')}
        type="date"
        max={until || undefined}
        data-testid="search-since"
        value={since}
        onChange={(event) => onChange({ since: event.target.value })}
      />
      <Field
        label={t('search.until')}
        type="date"
        min={since || undefined}
        data-testid="search-until"
        value={until}
        onChange={(event) => onChange({ until: event.target.value })}
      />
    </>
  );
};
