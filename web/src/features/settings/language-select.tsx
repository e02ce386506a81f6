import { useTranslation } from 'react-i18next';
import { languages } from '../../i18n/index.ts';
import { runQuietly } from '../../lib/run.ts';
import { SelectField } from '../../ui/field.tsx';

/** The language of the page, each named in itself. */
export const LanguageSelect = () => {
  const { t, i18n } = useTranslation();
  return (
    <SelectField
      label={t('language.label')}
      data-testid="language"
      value={i18n.resolvedLanguage}
      onChange={(event) => runQuietly(i18n.changeLanguage(event.target.value))}
    >
      {languages.map((language) => (
        <option key={language} value={language} lang={language}>
          {t(`language.${language}`)}
        </option>
      ))}
    </SelectField>
  );
};
