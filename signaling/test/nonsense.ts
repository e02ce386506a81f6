/** JSON that nests so deep. */
export const deepJson = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

/** Values of every wrong kind. */
export const nonsense: unknown[] = [
  null,
  true,
  0,
  -1,
  1e308,
  '',
  'x'.repeat(5_000),
  '\u0000',
  '../../etc/passwd',
  "'; DROP TABLE users; --",
  [],
  [[]],
  {},
  { $gt: '' },
  { constructor: { prototype: { polluted: true } } },
];
