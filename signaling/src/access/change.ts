import { events } from '@boltorezka/protocol';
import { z } from 'zod';
import type { Queryable } from '../platform/db.ts';

/**
 * What somebody may do is less, or more, or they are called otherwise. It is notified in the transaction that makes it so,
 * and acted on by every signaling process.
 */
export const AccessChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sessionsEnded'),
    userId: z.string(),
    /** All of the person's if left out. */
    sessionIds: z.array(z.string()).optional(),
    exceptSessionId: z.string().optional(),
  }),
  /** The person may not be in the room any more. */
  z.object({ kind: z.literal('roomLost'), userId: z.string(), ...events['room.removed'].payload.shape }),
  /** The room was deleted: nobody may be in it. Of a public one everybody is told, of another one who was in it. */
  z.object({ kind: z.literal('roomGone'), roomId: z.string(), roomSlug: z.string(), wasPublic: z.boolean() }),
  /** The room was closed to the public: whoever is no member may not be in it. */
  z.object({ kind: z.literal('roomClosed'), roomId: z.string(), roomSlug: z.string() }),
  /** The room was opened to the public: everybody may know who sits there. */
  z.object({ kind: z.literal('roomOpened'), roomId: z.string(), roomSlug: z.string() }),
  /** Nobody may sit in the room's voice any more. */
  z.object({ kind: z.literal('voiceClosed'), roomId: z.string() }),
  /** The person may enter the room from now on. */
  z.object({ kind: z.literal('roomGained'), userId: z.string(), roomId: z.string() }),
  /** What the person may do in the room by voice is another; true: they may not speak. */
  z.object({
    kind: z.literal('voiceMuted'),
    userId: z.string(),
    roomId: z.string(),
    isMuted: z.boolean(),
  }),
  z.object({ kind: z.literal('userRenamed'), userId: z.string(), userName: z.string() }),
]);
export type AccessChange = z.infer<typeof AccessChange>;

export const accessChannel = 'boltorezka_access';

/** Tells every process, once the transaction is committed, and never where it is not. */
export const notifyAccessChange = async (tx: Queryable, change: AccessChange): Promise<void> => {
  await tx.query('SELECT pg_notify($1, $2)', [accessChannel, JSON.stringify(change)]);
};

/** The same of many, in one query. */
export const notifyAccessChanges = async (tx: Queryable, changes: AccessChange[]): Promise<void> => {
  if (changes.length === 0) return;
  await tx.query('SELECT pg_notify($1, n.payload) FROM unnest($2::text[]) AS n (payload)', [
    accessChannel,
    changes.map((change) => JSON.stringify(change)),
  ]);
};

/** Undefined for what nobody of ours has notified: other users of the database may. */
export const parseAccessChange = (payload: string): AccessChange | undefined => {
  try {
    return AccessChange.safeParse(JSON.parse(payload)).data;
  } catch {
    return undefined;
  }
};
