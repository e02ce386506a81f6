import type { User } from '@boltorezka/protocol';
import { isLetIn } from '../access/index.ts';

/** A person's columns that they are told of. */
export interface UserRow {
  id: string;
  email: string;
  name: string;
  created_at: Date;
  is_administrator: boolean;
}

export const userColumns = 'u.id, u.email, u.name, u.created_at, u.is_administrator';

/** True of a row `u` that administers the server, and can. */
export const isAdministratorSql = `(u.is_administrator AND ${isLetIn('u')})`;

/** Who is no administrator is not told so: v1 has four fields. */
export const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  name: row.name,
  created_at: row.created_at.toISOString(),
  ...(row.is_administrator ? { is_administrator: true } : {}),
});
