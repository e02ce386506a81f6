import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';

const dayMs = 86_400_000;

const startOfDay = (date: Date): number =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();

const once = <T>(make: () => T): (() => T) => {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
};

export interface Times {
  time(iso: string): string;
  /** The hour and the minute alone, for a narrow place: whoever reads it knows which half of the day it was. */
  shortTime(iso: string): string;
  moment(iso: string): string;
  day(date: Date): string;
  /** The time alone of what was today, else the day as well. */
  when(iso: string): string;
}

/** Times in the words of a language: «сегодня», «вчера», then dates, with the year where it is another. */
export const createTimes = (language: string, now: () => Date = () => new Date()): Times => {
  // Each costs milliseconds to make, and the first messages wait for them: only what is needed is made.
  const time = once(() => new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }));
  const moment = once(() => new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }));
  const relative = once(() => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }));
  const thisYear = once(
    () => new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' }),
  );
  const otherYear = once(
    () => new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' }),
  );
  const day = (date: Date): string => {
    const today = now();
    // Rounded: a day on which clocks change is not 24 hours long.
    const daysAgo = Math.round((startOfDay(today) - startOfDay(date)) / dayMs);
    if (daysAgo === 0 || daysAgo === 1) return relative().format(-daysAgo, 'day');
    return (date.getFullYear() === today.getFullYear() ? thisYear : otherYear)().format(date);
  };
  return {
    time: (iso) => time().format(new Date(iso)),
    shortTime: (iso) =>
      time()
        .formatToParts(new Date(iso))
        .map(({ type, value }) => (type === 'dayPeriod' ? '' : value))
        .join('')
        .trim(),
    moment: (iso) => moment().format(new Date(iso)),
    day,
    when: (iso) => {
      const date = new Date(iso);
      const at = time().format(date);
      return startOfDay(date) === startOfDay(now()) ? at : `${day(date)}, ${at}`;
    },
  };
};

/** Made ready in a moment of its own, not in the one that draws the first messages. */
const warmUp = (times: Times): void => {
  times.moment(new Date().toISOString());
  times.shortTime(new Date().toISOString());
  times.day(new Date());
};

export const useTimes = (): Times => {
  const { i18n } = useTranslation();
  const language = i18n.resolvedLanguage ?? 'en';
  const times = useMemo(() => createTimes(language), [language]);
  useEffect(() => warmUp(times), [times]);
  return times;
};
