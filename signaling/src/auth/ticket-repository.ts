import { isLetIn } from '../access/index.ts';
import type { Database } from '../platform/db.ts';
import type { KnownSession } from './repository.ts';
import type { TicketClaims } from './tokens.ts';
import { toUser, type UserRow, userColumns } from './user-rows.ts';

type RedeemedRow = UserRow & { expires_at: Date; is_first: boolean };

/** Clocks of two processes differ: a ticket is remembered for longer than it is good. */
const clockSlackMs = 60_000;

export const createTicketRepository = (db: Database) => ({
  /**
   * Uses the ticket up and finds its session, in one step.
   * @returns 'used' where another process has let somebody in by it; undefined where the session has ended.
   */
  redeem: async (claims: TicketClaims): Promise<KnownSession | 'used' | undefined> => {
    const { ticketId, ticketExpiresAt, sessionId, userId } = claims;
    const [row] = await db.query<RedeemedRow>(
      `WITH used AS (
         INSERT INTO used_tickets (id, expires_at) VALUES ($3, $4) ON CONFLICT DO NOTHING RETURNING id
       )
       SELECT ${userColumns}, s.expires_at, EXISTS (SELECT FROM used) AS is_first
       FROM sessions s JOIN users u ON u.id = s.user_id
       WHERE s.id = $1 AND s.user_id = $2 AND s.revoked_at IS NULL AND s.expires_at > now()
         AND ${isLetIn('u')}`,
      [sessionId, userId, ticketId, new Date(ticketExpiresAt.getTime() + clockSlackMs)],
    );
    if (!row) return undefined;
    return row.is_first ? { user: toUser(row), expiresAt: row.expires_at, isUseStale: true } : 'used';
  },
});

export type TicketRepository = ReturnType<typeof createTicketRepository>;
