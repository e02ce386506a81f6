import type { Member, SearchInput } from '@boltorezka/sdk';

/** What somebody has entered. */
export interface SearchFilters {
  words: string;
  isEverywhere: boolean;
  from: Member | null;
  /** As the browser's fields for days have them; empty where nothing is entered. */
  since: string;
  until: string;
  has: 'anything' | 'file' | 'link';
}

export const noFilters: SearchFilters = {
  words: '',
  isEverywhere: false,
  from: null,
  since: '',
  until: '',
  has: 'anything',
};

/** The beginning of a day here, or of one of the following. Undefined where none is entered, or not all of it. */
export const startOf = (day: string, daysLater = 0): Date | undefined => {
  const start = new Date(`${day}T00:00`);
  start.setDate(start.getDate() + daysLater);
  return Number.isNaN(start.getTime()) ? undefined : start;
};

/** What the server is asked; null where nothing is looked for yet. */
export const toSearchInput = (filters: SearchFilters, roomSlug: string): SearchInput | null => {
  const query = filters.words.trim();
  const sentFrom = startOf(filters.since);
  const sentBefore = startOf(filters.until, 1);
  const wanted: SearchInput = {
    ...(query !== '' && { query }),
    ...(filters.from && { userId: filters.from.userId }),
    ...(sentFrom && { sentFrom }),
    ...(sentBefore && { sentBefore }),
    ...(filters.has !== 'anything' && { has: filters.has }),
  };
  if (Object.keys(wanted).length === 0) return null;
  return filters.isEverywhere ? wanted : { ...wanted, roomSlug };
};
