const minuteS = 60;
const hourS = 60 * minuteS;
const dayS = 24 * hourS;

/** How long a mute or a ban may be made to last; null: for good. */
export const durationsS = [10 * minuteS, hourS, dayS, 7 * dayS, 30 * dayS, null] as const;
type DurationS = (typeof durationsS)[number];

/** When something ends that begins now. */
export const endOf = (durationS: DurationS, nowMs: number): string | null =>
  durationS === null ? null : new Date(nowMs + durationS * 1000).toISOString();

interface DurationWords {
  unit: 'minutes' | 'hours' | 'days';
  count: number;
}

/** In the greatest unit that it is whole in. */
export const inWords = (durationS: number): DurationWords => {
  if (durationS % dayS === 0) return { unit: 'days', count: durationS / dayS };
  if (durationS % hourS === 0) return { unit: 'hours', count: durationS / hourS };
  return { unit: 'minutes', count: Math.round(durationS / minuteS) };
};

/** What stands in a form: the number, or nothing. */
export const parseDuration = (text: string): DurationS =>
  durationsS.find((durationS) => String(durationS ?? '') === text) ?? null;
