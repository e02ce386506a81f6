import { expect } from 'vitest';
import type { Queryable } from '../src/platform/db.ts';

/** Waits until so many transactions stand before a row that another one holds. */
export const waitForLockWaiters = async (db: Queryable, count: number): Promise<void> => {
  await expect
    .poll(
      async () => {
        const rows = await db.query(
          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
        );
        return rows.length;
      },
      { timeout: 10_000 },
    )
    .toBe(count);
};
