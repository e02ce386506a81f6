/** What is looked for, as PostgreSQL's functions take it. */
export interface SearchTerms {
  /** All of it, for `websearch_to_tsquery`: words, "phrases", -without. */
  whole: string;
  /** What stands before the last word. */
  head: string;
  /** The last word, where whoever types may not be done with it: what begins so is found as well. */
  prefix: string | null;
}

/** A word of letters and digits, with nothing before it that says something else of it; `or` is one of the query's own words. */
const lastWord = /(?<=^|\s)(?!or$)[\p{L}\p{M}\p{N}]{2,}$/iu;

export const toSearchTerms = (query: string): SearchTerms => {
  const whole = query.trim();
  const isInPhrase = (whole.split('"').length - 1) % 2 === 1;
  const prefix = isInPhrase ? undefined : lastWord.exec(whole)?.[0];
  const head = prefix === undefined ? whole : whole.slice(0, -prefix.length).trimEnd();
  // After `or` the last word is one of two: it cannot be asked for beside the rest.
  if (prefix === undefined || /(?<=^|\s)or$/i.test(head)) return { whole, head: whole, prefix: null };
  return { whole, head, prefix };
};
