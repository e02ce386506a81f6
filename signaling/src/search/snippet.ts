/**
 * Around each match in what PostgreSQL answers. Private characters of Unicode, taken out of the text before: nobody's text
 * can pretend to be a match, and nothing of it is markup.
 */
export const startMark = '\uE000';
export const stopMark = '\uE001';

/** A snippet in pieces, in their order. */
export const toPieces = (headline: string): { text: string; is_match: boolean }[] =>
  headline.split(startMark).flatMap((part, index) => {
    // Before the first mark there is no match.
    const [match = '', ...rest] = index === 0 ? ['', ...part.split(stopMark)] : part.split(stopMark);
    return [
      { text: match, is_match: true },
      { text: rest.join(''), is_match: false },
    ].filter(({ text }) => text !== '');
  });
