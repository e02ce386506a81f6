const dayS = 24 * 60 * 60;

/** How long an invitation may be made to work; null: until it is taken back. */
export const livesS = [60 * 60, dayS, 7 * dayS, 30 * dayS, null] as const;

/** How many people may come by it; null: any number. */
export const usesOffered = [1, 5, 25, 100, null] as const;

/** What stands in a form: the number, or nothing. */
export const toNumber = (text: string): number | null => (text === '' ? null : Number(text));
