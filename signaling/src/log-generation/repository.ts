import type { Database } from '../platform/db.ts';

const setting = 'logs.generation';

export const createLogGenerationRepository = (db: Database) => ({
  /** 0 where no process has counted yet. */
  current: async (): Promise<number> => {
    const [row] = await db.query<{ generation: string }>(
      `SELECT value #>> '{}' AS generation FROM server_settings WHERE name = $1`,
      [setting],
    );
    return Number(row?.generation ?? 0);
  },

  /** @returns where it stands then. */
  advance: async (): Promise<number> => {
    const [row] = await db.query<{ generation: string }>(
      `INSERT INTO server_settings (name, value) VALUES ($1, '1')
       ON CONFLICT (name) DO UPDATE SET value = to_jsonb((server_settings.value #>> '{}')::bigint + 1)
       RETURNING value #>> '{}' AS generation`,
      [setting],
    );
    return Number(row?.generation);
  },

  /** Names every room's log anew: no position that anybody knows means anything from here on. */
  renewEpochs: (generation: number): Promise<void> =>
    db.transaction(async (tx) => {
      // In the order in which rooms are locked elsewhere.
      await tx.query('SELECT FROM rooms ORDER BY id FOR NO KEY UPDATE');
      await tx.query('UPDATE rooms SET epoch = gen_random_uuid()');
      await tx.query(
        `INSERT INTO server_settings (name, value) VALUES ($1, to_jsonb($2::bigint))
         ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value`,
        [setting, generation],
      );
    }),
});

export type LogGenerationRepository = ReturnType<typeof createLogGenerationRepository>;
