import type { ChatMessage } from '@boltorezka/protocol';
import type { Queryable } from '../platform/db.ts';

/** Whoever replies in a thread takes part in it from then on; messages without one are passed over. */
export const noteParticipants = async (tx: Queryable, messages: ChatMessage[]): Promise<void> => {
  const replies = messages.filter(({ threadRootId }) => threadRootId !== undefined);
  if (replies.length === 0) return;
  await tx.query(
    `INSERT INTO thread_participants AS p (root_id, user_id, last_seq)
     SELECT root_id, user_id, max(seq) FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) AS n (root_id, user_id, seq)
     GROUP BY root_id, user_id
     ON CONFLICT (root_id, user_id) DO UPDATE SET last_seq = greatest(p.last_seq, EXCLUDED.last_seq)`,
    [
      replies.map(({ threadRootId }) => threadRootId),
      replies.map(({ userId }) => userId),
      replies.map(({ seq }) => seq),
    ],
  );
};

/** Of the authors of these replies, which were blanked: whoever has no other one in the thread takes part no more. */
export const forgetParticipants = async (tx: Queryable, erasedIds: string[]): Promise<void> => {
  await tx.query(
    `DELETE FROM thread_participants p
     USING (SELECT DISTINCT thread_root_id, user_id FROM messages WHERE id = ANY($1::uuid[])) n
     WHERE p.root_id = n.thread_root_id AND p.user_id = n.user_id AND NOT EXISTS (SELECT FROM messages m
       WHERE m.thread_root_id = p.root_id AND m.user_id = p.user_id AND m.deleted_at IS NULL)`,
    [erasedIds],
  );
};
