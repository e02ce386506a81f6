import type { Queryable } from '../platform/db.ts';

/** A ban or a mute whose time is over, and that nobody has been told the end of. */
export interface EndedSentence {
  kind: 'ban' | 'mute';
  roomId: string;
  userId: string;
}

interface EndedRow {
  kind: EndedSentence['kind'];
  room_id: string;
  user_id: string;
}

const tables = { ban: 'room_bans', mute: 'room_mutes' } as const;

/** The rest is found by the next question. */
const sentencesAtOnce = 100;

/** Those that ended first. Of a deleted room, and of somebody who has left the server, there is nobody to tell. */
export const selectEnded = async (db: Queryable): Promise<EndedSentence[]> => {
  const one = (kind: EndedSentence['kind']) =>
    `(SELECT '${kind}' AS kind, s.room_id, s.user_id, s.expires_at FROM ${tables[kind]} s
      JOIN rooms r ON r.id = s.room_id AND r.deleted_at IS NULL
      JOIN users u ON u.id = s.user_id AND u.deleted_at IS NULL
      WHERE s.expires_at <= now() ORDER BY s.expires_at LIMIT ${sentencesAtOnce})`;
  const rows = await db.query<EndedRow>(`${one('ban')} UNION ALL ${one('mute')} ORDER BY expires_at`);
  return rows.map((row) => ({ kind: row.kind, roomId: row.room_id, userId: row.user_id }));
};

/** @returns what it was; undefined where another process was first, or a moderator has said another end. */
export const deleteEnded = async (
  tx: Queryable,
  { kind, roomId, userId }: EndedSentence,
): Promise<{ hadVoice: boolean } | undefined> => {
  const [row] = await tx.query<{ had_voice: boolean }>(
    `DELETE FROM ${tables[kind]} WHERE room_id = $1 AND user_id = $2 AND expires_at <= now()
     RETURNING ${kind === 'mute' ? 'voice' : 'false'} AS had_voice`,
    [roomId, userId],
  );
  return row && { hadVoice: row.had_voice };
};

/**
 * Server bans whose time is over leave the account as if there had been none. One that somebody changes at the moment is left to the
 * next time. @returns whose they were, for this process to tell of.
 */
export const endServerBans = async (db: Queryable): Promise<string[]> => {
  const rows = await db.query<{ id: string }>(
    `WITH ended AS (SELECT id FROM users WHERE banned_until <= now() ORDER BY banned_until LIMIT ${sentencesAtOnce}
       FOR NO KEY UPDATE SKIP LOCKED)
     UPDATE users u SET banned_at = NULL, banned_until = NULL, ban_reason = NULL FROM ended o WHERE u.id = o.id RETURNING u.id`,
  );
  return rows.map(({ id }) => id);
};
