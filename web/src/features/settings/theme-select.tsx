import { useTranslation } from 'react-i18next';
import { useServices } from '../../lib/services.tsx';
import { parseTheme, themes } from '../../lib/theme.ts';
import { useStore } from '../../lib/use-store.ts';
import { SelectField } from '../../ui/field.tsx';

/** Light, dark, or as the device has it. */
export const ThemeSelect = () => {
  const { t } = useTranslation();
  const { theme } = useServices();
  const chosen = useStore(theme.state);
  return (
    <SelectField
      label={t('theme.label')}
      data-testid="theme"
      value={chosen}
      onChange={(event) => theme.choose(parseTheme(event.target.value))}
    >
      {themes.map((name) => (
        <option key={name} value={name}>
          {t(`theme.${name}`)}
        </option>
      ))}
    </SelectField>
  );
};
