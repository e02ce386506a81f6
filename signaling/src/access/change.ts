import { randomUUID } from 'node:crypto';
import { events } from '@boltorezka/protocol';
import { z } from 'zod';
import type { Queryable } from '../platform/db.ts';

/**
 * What somebody may do is less, or more, or they are called or look otherwise. It is notified in the transaction that makes it so,
 * and acted on by every signaling process.
 */
export const AccessChange = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sessionsEnded'),
    userId: z.string(),
    sessionIds: z.array(z.string()),
  }),
  /** The person may not be in the room any more. Untold: they need not know that there is such a room. */
  z.object({
    kind: z.literal('roomLost'),
    userId: z.string(),
    isUntold: z.boolean().optional(),
    ...events['room.removed'].payload.shape,
  }),
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
  /** The person is not banned from the room any more. */
  z.object({ kind: z.literal('banLifted'), userId: z.string(), roomId: z.string() }),
  /** What the person may do in the room by voice is another; true: they may not speak. */
  z.object({
    kind: z.literal('voiceMuted'),
    userId: z.string(),
    roomId: z.string(),
    isMuted: z.boolean(),
  }),
  z.object({ kind: z.literal('userRenamed'), userId: z.string(), userName: z.string() }),
  z.object({ kind: z.literal('userPictured'), userId: z.string(), pictureId: z.string().nullable() }),
]);
export type AccessChange = z.infer<typeof AccessChange>;

export const accessChannel = 'boltorezka_access';

/** Tells every process, once the transaction is committed, and never where it is not. */
export const notifyAccessChange = (tx: Queryable, change: AccessChange): Promise<void> =>
  notifyAccessChanges(tx, [change]);

/** The same of many, in one query. Each is known again by its id when it comes by another way. */
export const notifyAccessChanges = async (tx: Queryable, changes: AccessChange[]): Promise<void> => {
  if (changes.length === 0) return;
  const payloads = changes.map((change) => JSON.stringify({ id: randomUUID(), ...change }));
  await tx.notify(accessChannel, payloads);
};

const Told = z.object({ id: z.string().optional() });

export interface ToldChange {
  id: string | undefined;
  change: AccessChange;
}

/** Undefined for what nobody of ours has notified: other users of the database may. */
export const parseAccessChange = (payload: string): ToldChange | undefined => {
  try {
    const json: unknown = JSON.parse(payload);
    return { id: Told.parse(json).id, change: AccessChange.parse(json) };
  } catch {
    return undefined;
  }
};
