import { type FormEvent, type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { startOf } from './filters.ts';
import styles from './search.module.css';

/** Today, by the calendar of whoever looks, as the browser's fields for days have it. */
const today = (): string => {
  const now = new Date();
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
};

/** Leads to a day of the conversation, whatever was written on it. */
export const DayForm = ({ onGo }: { onGo: (day: Date) => void }) => {
  const { t } = useTranslation();
  const [day, setDay] = useState('');
  const start = startOf(day);
  const go = (event: FormEvent | KeyboardEvent): void => {
    event.preventDefault();
    if (start) onGo(start);
  };
  return (
    <form className={styles.day} noValidate onSubmit={go}>
      <Field
        label={t('search.day.label')}
        type="date"
        max={today()}
        data-testid="day-input"
        value={day}
        onChange={(event) => setDay(event.target.value)}
        // The parts of a date keep it for themselves in some browsers.
        onKeyDown={(event) => {
          if (event.key === 'Enter') go(event);
        }}
      />
      <Button type="submit" data-testid="day-go" aria-disabled={!start}>
        {t('search.day.go')}
      </Button>
    </form>
  );
};
