/** True of a row of `users`, by its name in the query, that the server keeps out now. */
export const isBannedFromServer = (user: string): string =>
  `(${user}.banned_at IS NOT NULL AND (${user}.banned_until IS NULL OR ${user}.banned_until > now()))`;

/** True of a row of `users`, by its name in the query, whose person may use the server now. */
export const isLetIn = (user: string): string =>
  `(${user}.deleted_at IS NULL AND NOT ${isBannedFromServer(user)})`;
