/** Letters as they are compared: case, accents and the dots of ё make no difference. */
const plain = (text: string): string =>
  text
    .toLocaleLowerCase()
    .normalize('NFD')
    // й is a letter of its own: it keeps its breve.
    .replace(/(?!\u0306)\p{M}/gu, '')
    .normalize('NFC')
    .trim();

/** How well a name fits what was typed, the smaller the better; null where it does not. */
const rankOf = (query: string, name: string): number | null => {
  const text = plain(name);
  if (text === query) return 0;
  if (text.startsWith(query)) return 1;
  if (text.split(/[\s\-–—_/.,:;()«»"']+/u).some((word) => word.startsWith(query))) return 2;
  return text.includes(query) ? 3 : null;
};

interface Named<T> {
  item: T;
  /** All that it may be found by, the main name first. */
  names: readonly string[];
}

/** What fits the query, the best first; among equals the order stays. Everything where nothing was typed. */
export const rankMatches = <T>(query: string, entries: readonly Named<T>[]): T[] => {
  const wanted = plain(query);
  if (wanted === '') return entries.map(({ item }) => item);
  return entries
    .flatMap(({ item, names }) => {
      // The main name counts for more than an address that says the same.
      const ranks = names.flatMap((name, place) => {
        const rank = rankOf(wanted, name);
        return rank === null ? [] : [rank * 2 + Math.min(place, 1)];
      });
      return ranks.length === 0 ? [] : [{ item, rank: Math.min(...ranks) }];
    })
    .toSorted((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
};
