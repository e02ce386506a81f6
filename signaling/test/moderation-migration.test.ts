import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../src/platform/migrate.ts';
import { createTestDatabase, migrations, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { type MigrationsFolder, migrationsBefore } from './migrations-before.ts';

describe('what waited before the moderation of now', () => {
  let database: TestDatabase;
  let folder: MigrationsFolder;
  const [anna, boris, mia] = [randomUUID(), randomUUID(), randomUUID()];

  beforeAll(async () => {
    folder = await migrationsBefore('0016');
    database = await createTestDatabase('debian', folder.url);
    for (const id of [anna, boris, mia])
      await query(`INSERT INTO users (id, email, name, password_hash) VALUES ($1, $2, 'Someone', '')`, [
        ...[id, `${id}@test`],
      ]);
  });
  afterAll(async () => {
    await database.close();
    await folder.remove();
  });

  const query = <R extends object>(sql: string, values: unknown[] = []) => database.db.query<R>(sql, values);

  /** Anna has written in it, and somebody has told of it. @returns its name. */
  const reportIn = async (
    slug: string,
    [kind, isPublic]: ['room' | 'direct', boolean],
    { reporter, roles }: { reporter: string; roles: [string, string][] },
  ): Promise<string> => {
    const [room, message] = [randomUUID(), randomUUID()];
    await query('INSERT INTO rooms (id, slug, title, kind, is_public) VALUES ($1, $2, $2, $3, $4)', [
      ...[room, slug, kind, isPublic],
    ]);
    for (const [user, role] of roles)
      await query('INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, $3)', [
        room,
        user,
        role,
      ]);
    await query(
      `INSERT INTO messages (id, room_id, seq, user_id, text, created_at, revision) VALUES ($1, $2, 1, $3, 'Go away', now(), 1)`,
      [message, room, anna],
    );
    await query(
      `INSERT INTO reports (id, message_id, room_id, reporter_id, reason) VALUES ($1, $2, $3, $4, 'Threats')`,
      [randomUUID(), message, room, reporter],
    );
    return room;
  };

  it('is for whom it is now, and what ran out is told to nobody', async () => {
    const [owner, member]: [string, string][] = [
      [anna, 'owner'],
      [boris, 'member'],
    ];
    const moderator: [string, string] = [mia, 'moderator'];
    await reportIn('of-two', ['direct', false], { reporter: boris, roles: [[anna, 'member'], member!] });
    await reportIn('of-one', ['room', false], { reporter: boris, roles: [owner!, member!] });
    await reportIn('of-the-reporter', ['room', false], { reporter: mia, roles: [owner!, moderator] });
    await reportIn('of-a-moderator', ['room', false], {
      reporter: boris,
      roles: [owner!, member!, moderator],
    });
    const open = await reportIn('open', ['room', true], { reporter: boris, roles: [owner!, member!] });
    const banned = await reportIn('of-who-is-banned', ['room', false], {
      ...{ reporter: boris, roles: [owner!, member!, moderator] },
    });
    await query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [banned, mia]);
    await reportIn('dealt-with', ['room', false], { reporter: boris, roles: [owner!, member!] });
    await query(
      `UPDATE reports SET resolved_at = now() WHERE room_id = (SELECT id FROM rooms WHERE slug = 'dealt-with')`,
    );
    for (const [user, expiry] of [
      [anna, 'now()'],
      [boris, `now() + interval '1 hour'`],
      [mia, 'NULL'],
    ]) {
      await query(`INSERT INTO room_bans (room_id, user_id, expires_at) VALUES ($1, $2, ${expiry})`, [
        open,
        user,
      ]);
      await query(
        `INSERT INTO room_mutes (room_id, user_id, text, voice, expires_at) VALUES ($1, $2, true, true, ${expiry})`,
        [open, user],
      );
    }
    await migrate(database.db, migrations, quietLog);
    const ofServer = await query<{ slug: string }>(
      'SELECT r.slug FROM reports p JOIN rooms r ON r.id = p.room_id WHERE p.is_servers ORDER BY r.slug',
    );
    expect(ofServer.map(({ slug }) => slug)).toEqual([
      'of-one',
      'of-the-reporter',
      'of-two',
      'of-who-is-banned',
    ]);
    for (const table of ['room_bans', 'room_mutes']) {
      const rows = await query<{ user_id: string }>(`SELECT user_id FROM ${table} WHERE room_id = $1`, [
        open,
      ]);
      expect(rows.map(({ user_id }) => user_id).sort()).toEqual([boris, mia].sort());
    }
  });
});
