import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** A day and a time as people here write them. */
export const useMoment = (): ((timestamp: string) => string) => {
  const { i18n } = useTranslation();
  const language = i18n.resolvedLanguage ?? 'en';
  return useMemo(() => {
    const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
    return (timestamp) => format.format(new Date(timestamp));
  }, [language]);
};
