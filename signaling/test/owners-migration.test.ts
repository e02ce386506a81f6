import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../src/platform/migrate.ts';
import { createTestDatabase, migrations, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { type MigrationsFolder, migrationsBefore } from './migrations-before.ts';

let folder: MigrationsFolder;
let database: TestDatabase;
beforeAll(async () => {
  folder = await migrationsBefore('0018');
  database = await createTestDatabase('debian', folder.url);
});
afterAll(async () => {
  await database.close();
  await folder.remove();
});

const query = <R extends object>(sql: string, values: unknown[] = []) => database.db.query<R>(sql, values);

const meet = async (ban: { at?: string; until?: string } = {}): Promise<string> => {
  const id = randomUUID();
  await query(
    `INSERT INTO users (id, email, name, password_hash, banned_at, banned_until)
     VALUES ($1::uuid, $1::text || '@test', 'Someone', '', now() + $2::interval, now() + $3::interval)`,
    [id, ban.at ?? null, ban.until ?? null],
  );
  return id;
};

const own = async (userId: string): Promise<string> => {
  const id = randomUUID();
  await query(
    `INSERT INTO rooms (id, slug, title, kind, is_public) VALUES ($1::uuid, $1::text, 'A room', 'room', false)`,
    [id],
  );
  await query(`INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, 'owner')`, [id, userId]);
  return userId;
};

it('owners wait for their rooms to be passed on who were banned for good when that did not, and for whom alone', async () => {
  const admin = await meet();
  const [former, unknown] = [
    await own(await meet({ at: '-1 day' })),
    await own(await meet({ at: '-1 day' })),
  ];
  for (const actor of [null, admin])
    await query(`INSERT INTO audit_log (actor_id, action, target_user_id) VALUES ($1, 'user.ban', $2)`, [
      actor,
      former,
    ]);
  await own(await meet({ at: '-1 day', until: '1 day' }));
  await own(await meet({ at: '1 minute' }));
  await own(await meet());
  await meet({ at: '-1 day' });
  await migrate(database.db, migrations, quietLog);
  const rows = await query('SELECT user_id, actor_id FROM banned_owners');
  const expected = [
    { user_id: former, actor_id: admin },
    { user_id: unknown, actor_id: null },
  ];
  expect(new Set(rows)).toEqual(new Set(expected));
});
