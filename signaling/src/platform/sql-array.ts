/**
 * An array as PostgreSQL reads one, of ids, numbers, instants and booleans: none of them needs quotes, and the driver looks at
 * each element of an array for what it may have to escape.
 */
export const toPlainArray = (values: readonly (string | number | boolean | null | undefined)[]): string =>
  `{${values.map((value) => value ?? 'NULL').join(',')}}`;
