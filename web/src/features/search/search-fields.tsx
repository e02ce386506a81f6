import { limits } from '@boltorezka/sdk';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Field, SelectField } from '../../ui/field.tsx';
import { Section } from '../../ui/section.tsx';
import styles from '../chat/panels/panels.module.css';
import type { SearchFilters } from './filters.ts';
import { PersonField } from './person-field.tsx';
import { TimeFields } from './time-fields.tsx';

interface SearchFieldsProps {
  filters: SearchFilters;
  onChange: (change: Partial<SearchFilters>) => void;
  /** Other ways to what was written. */
  children: ReactNode;
}

/** What the search is asked; the rest of it, which few need, stays folded. */
export const SearchFields = ({ filters, onChange, children }: SearchFieldsProps) => {
  const { t } = useTranslation();
  return (
    <search className={styles.filters}>
      <Field
        label={t('search.words')}
        type="search"
        autoFocus
        maxLength={limits.maxSearchLength}
        data-testid="search-input"
        value={filters.words}
        onChange={(event) => onChange({ words: event.target.value })}
      />
      <div className={styles.pair}>
        <SelectField
          label={t('search.where')}
          data-testid="search-where"
          value={filters.isEverywhere ? 'everywhere' : 'here'}
          onChange={(event) => onChange({ isEverywhere: event.target.value === 'everywhere' })}
        >
          <option value="here">{t('search.here')}</option>
          <option value="everywhere">{t('search.everywhere')}</option>
        </SelectField>
        <PersonField person={filters.from} onChoose={(from) => onChange({ from })} />
      </div>
      <Section title={t('search.further')} testId="search-further">
        <SelectField
          label={t('search.has')}
          data-testid="search-has"
          value={filters.has}
          onChange={(event) => onChange({ has: event.target.value as SearchFilters['has'] })}
        >
          <option value="anything">{t('search.anything')}</option>
          <option value="file">{t('search.files')}</option>
          <option value="link">{t('search.links')}</option>
        </SelectField>
        <div className={styles.pair}>
          <TimeFields filters={filters} onChange={onChange} />
        </div>
      </Section>
      {children}
    </search>
  );
};
