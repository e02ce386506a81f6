import type { LogPosition } from '../platform/bus.ts';
import type { Queryable } from '../platform/db.ts';
import { toPlainArray } from '../platform/sql-array.ts';

export interface KnownPosition {
  roomId: string;
  /** Undefined where nothing is known of the room's log. */
  position: LogPosition | undefined;
}

export const createLogWatchRepository = (db: Queryable) => ({
  /** Of these rooms, those whose log stands elsewhere, and where. However many are asked for, it is one query. */
  positionsThatDiffer: async (known: KnownPosition[]): Promise<(LogPosition & { roomId: string })[]> => {
    const rows = await db.query<{ id: string; last_seq: string; epoch: string }>(
      `SELECT r.id, r.last_seq, r.epoch
       FROM unnest($1::uuid[], $2::bigint[], $3::uuid[]) AS n (id, seq, epoch) JOIN rooms r USING (id)
       WHERE (n.seq, n.epoch) IS DISTINCT FROM (r.last_seq, r.epoch)`,
      [
        toPlainArray(known.map(({ roomId }) => roomId)),
        toPlainArray(known.map(({ position }) => position?.seq)),
        toPlainArray(known.map(({ position }) => position?.epoch)),
      ],
    );
    return rows.map(({ id, last_seq, epoch }) => ({ roomId: id, seq: Number(last_seq), epoch }));
  },
});

export type LogWatchRepository = ReturnType<typeof createLogWatchRepository>;
