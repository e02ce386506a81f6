import type { Database } from '../platform/db.ts';

/** What a file is left alone for where it was not deleted, or whoever took it ended meanwhile. */
const claimedFor = `interval '10 minutes'`;

export interface DueFile {
  id: string;
  /** A row knows it: it is in use after all. */
  isKnown: boolean;
}

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
   * Takes files that are due: for a while nobody else does. No transaction stays open for it, so the storage
   * may take its time, and what is not forgotten by then is tried again.
   */
  claimDue: async (limit: number): Promise<DueFile[]> => {
    const rows = await db.query<{ id: string; is_known: boolean }>(
      `UPDATE attachment_files_to_delete f SET delete_after = now() + ${claimedFor}
       WHERE f.id IN (
         SELECT id FROM attachment_files_to_delete WHERE delete_after <= now()
         ORDER BY delete_after LIMIT $1 FOR UPDATE SKIP LOCKED)
       RETURNING f.id, EXISTS (SELECT FROM known_files k WHERE k.id = f.id) AS is_known`,
      [limit],
    );
    return rows.map((row) => ({ id: row.id, isKnown: row.is_known }));
  },

  /** There is nothing to delete of these any more. */
  forget: async (ids: string[]): Promise<void> => {
    await db.query('DELETE FROM attachment_files_to_delete WHERE id = ANY($1::uuid[])', [ids]);
  },

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
       WHERE NOT EXISTS (SELECT FROM known_files k WHERE k.id = n.id)
       ON CONFLICT (id) DO NOTHING RETURNING id`,
      [[...new Set(ids)], afterMs],
    );
    return rows.length;
  },
});

export type SweepRepository = ReturnType<typeof createSweepRepository>;
