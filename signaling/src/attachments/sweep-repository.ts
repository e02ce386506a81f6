import type { Database, Queryable } from '../platform/db.ts';

const takeDue = async (
  tx: Queryable,
  limit: number,
  remove: (id: string) => Promise<boolean>,
): Promise<number> => {
  const rows = await tx.query<{ id: string; is_known: boolean }>(
    `SELECT f.id, EXISTS (SELECT FROM attachments a WHERE a.id = f.id) AS is_known
     FROM attachment_files_to_delete f WHERE f.delete_after <= now()
     ORDER BY f.delete_after LIMIT $1 FOR UPDATE SKIP LOCKED`,
    [limit],
  );
  const removed: string[] = [];
  const left: string[] = [];
  await Promise.all(
    // A file that a row knows is in use after all.
    rows.map(async ({ id, is_known }) => (is_known || (await remove(id)) ? removed : left).push(id)),
  );
  await tx.query('DELETE FROM attachment_files_to_delete WHERE id = ANY($1::uuid[])', [removed]);
  await tx.query(
    `UPDATE attachment_files_to_delete SET delete_after = now() + interval '10 minutes'
     WHERE id = ANY($1::uuid[])`,
    [left],
  );
  return rows.length;
};

/** What the sweeper asks and does. Each of these may run in several processes at a time. */
export const createSweepRepository = (db: Database) => ({
  /** Forgets uploads that nobody sent; one that is being sent at this moment is left. @returns how many there were. */
  expireUnsent: async (olderThanMs: number, limit: number): Promise<number> => {
    const rows = await db.query(
      `DELETE FROM attachments WHERE message_id IS NULL AND id IN (
         SELECT id FROM attachments
         WHERE message_id IS NULL AND created_at < now() - $1 * interval '1 millisecond'
         ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)
       RETURNING id`,
      [olderThanMs, limit],
    );
    return rows.length;
  },

  /**
   * Takes attachments whose files are due, and forgets those whose files `remove` has deleted. The others are tried again
   * later. A process that ends meanwhile leaves them as they were.
   * @returns how many were taken.
   */
  takeDue: (limit: number, remove: (id: string) => Promise<boolean>): Promise<number> =>
    db.transaction((tx) => takeDue(tx, limit, remove)),

  /** True where it is this process' turn to compare: one does, once in so long, whatever their number. */
  claimComparison: async (everyMs: number): Promise<boolean> => {
    const rows = await db.query(
      `INSERT INTO server_settings (name, value) VALUES ('attachments.comparedAt', to_jsonb(now()))
       ON CONFLICT (name) DO UPDATE SET value = excluded.value
       WHERE (server_settings.value #>> '{}')::timestamptz < now() - $1 * interval '1 millisecond'
       RETURNING name`,
      [everyMs],
    );
    return rows.length > 0;
  },

  /** Of these, the ones that no row knows are to be deleted after a while, where nobody finds a row for them until then. */
  markUnknown: async (ids: string[], afterMs: number): Promise<number> => {
    const rows = await db.query(
      `INSERT INTO attachment_files_to_delete (id, delete_after)
       SELECT n.id, now() + $2 * interval '1 millisecond' FROM unnest($1::uuid[]) AS n (id)
       WHERE NOT EXISTS (SELECT FROM attachments a WHERE a.id = n.id)
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [[...new Set(ids)], afterMs],
    );
    return rows.length;
  },
});

export type SweepRepository = ReturnType<typeof createSweepRepository>;
