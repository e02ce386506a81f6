import { useTranslation } from 'react-i18next';
import { SelectField } from '../../ui/field.tsx';
import { durationsS, inWords, parseDuration } from './durations.ts';

interface DurationFieldProps {
  label: string;
  value: (typeof durationsS)[number];
  onChange: (durationS: (typeof durationsS)[number]) => void;
}

/** How long something lasts: one of a few that people mean. */
export const DurationField = ({ label, value, onChange }: DurationFieldProps) => {
  const { t } = useTranslation();
  const textOf = (durationS: (typeof durationsS)[number]): string => {
    if (durationS === null) return t('moderation.forGood');
    const { unit, count } = inWords(durationS);
    return t(`moderation.duration.${unit}`, { count });
  };
  return (
    <SelectField
      label={label}
      data-testid="duration"
      value={String(value ?? '')}
      onChange={(event) => onChange(parseDuration(event.target.value))}
    >
      {durationsS.map((durationS) => (
        <option key={durationS} value={String(durationS ?? '')}>
          {textOf(durationS)}
        </option>
      ))}
    </SelectField>
  );
};
