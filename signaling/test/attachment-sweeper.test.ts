import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { limits } from '@boltorezka/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FileStorage, keysOf } from '../src/attachments/storage.ts';
import { createDiskStorage } from '../src/attachments/storage-disk.ts';
import { createSweepRepository } from '../src/attachments/sweep-repository.ts';
import { AttachmentSweeper } from '../src/attachments/sweeper.ts';
import { createTestDatabase, type PostgresKind, type TestDatabase } from './database.ts';
import { sendUpload } from './files.ts';
import { quietLog } from './log.ts';

/** What was uploaded so long ago and not sent is nobody's any more. */
const expiredHours = limits.unsentAttachmentMs / 3_600_000 + 1;

describe.each<PostgresKind>(['embedded', 'debian'])('the sweeper on %s PostgreSQL', (kind) => {
  let database: TestDatabase;
  let folder: string;
  let storage: FileStorage;
  const [userId, roomId] = [randomUUID(), randomUUID()];

  beforeAll(async () => {
    database = await createTestDatabase(kind);
    await database.db.query(
      `INSERT INTO users (id, email, name, password_hash) VALUES ($1, 'w@test', 'Writer', '')`,
      [userId],
    );
  });
  afterAll(() => database.close());

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boltorezka-sweep-'));
    storage = createDiskStorage(folder);
    await database.db.query('DELETE FROM rooms');
    await database.db.query('DELETE FROM attachment_files_to_delete');
    await database.db.query(`DELETE FROM server_settings WHERE name = 'attachments.comparedAt'`);
    await database.db.query(`INSERT INTO rooms (id, slug, title) VALUES ($1, 'room', 'Room')`, [roomId]);
    return () => rm(folder, { recursive: true, force: true });
  });

  const incomingFolder = () => join(folder, 'incoming');

  const sweeperOf = (files: FileStorage = storage) =>
    new AttachmentSweeper({
      repository: createSweepRepository(database.db),
      storage: files,
      incomingFolder: incomingFolder(),
      log: quietLog,
    });

  const storeFile = async (key: string) => {
    await mkdir(incomingFolder(), { recursive: true });
    const path = join(incomingFolder(), randomUUID());
    await writeFile(path, 'bytes');
    await storage.put(key, { path, sizeBytes: 5 });
  };

  /** A file with its row and its thumbnail, so many hours old. */
  const addFile = async (ageHours = 0): Promise<string> => {
    const id = randomUUID();
    await storeFile(keysOf(id).file);
    await storeFile(keysOf(id).thumbnail);
    await database.db.query(
      `INSERT INTO attachments (id, room_id, user_id, name, media_type, size_bytes, created_at)
       VALUES ($1, $2, $3, 'a', 'text/plain', 5, now() - $4 * interval '1 hour')`,
      [id, roomId, userId, ageHours],
    );
    return id;
  };

  const storedIds = async (): Promise<string[]> => {
    const ids = new Set<string>();
    for await (const batch of storage.list()) for (const { key } of batch) ids.add(key.slice(0, 36));
    return [...ids].sort();
  };

  const age = async (id: string, hours: number) => {
    const at = new Date(Date.now() - hours * 3_600_000);
    for (const key of Object.values(keysOf(id)))
      await utimes(join(folder, id.slice(0, 2), id.slice(2, 4), key), at, at).catch(() => undefined);
  };

  const makeDue = () =>
    database.db.query(`UPDATE attachment_files_to_delete SET delete_after = now() - interval '1 second'`);

  it('deletes what nobody sent for longer than a client keeps a message, and nothing else', async () => {
    expect(limits.unsentAttachmentMs).toBeGreaterThan(limits.unsentMessageMs);
    const [unsent, young, sent] = [
      await addFile(expiredHours),
      await addFile(expiredHours - 2),
      await addFile(expiredHours),
    ];
    await sendUpload(database.db, sent);
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([young, sent].sort());
    expect(await database.db.query('SELECT id FROM attachments WHERE id = $1', [unsent])).toEqual([]);
  });

  it('leaves an old upload that is being sent at this moment', async () => {
    const id = await addFile(expiredHours);
    await database.db.transaction(async (tx) => {
      await tx.query('SELECT FROM attachments WHERE id = $1 FOR UPDATE', [id]);
      await sweeperOf().sweep();
    });
    expect(await storedIds()).toEqual([id]);
  });

  it('deletes the files of messages, rooms and people that are gone', async () => {
    const kept = await addFile();
    await sendUpload(database.db, kept);
    const ofMessage = await sendUpload(database.db, await addFile());
    await database.db.query('DELETE FROM messages WHERE id = $1', [ofMessage]);
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([kept]);
    await database.db.query('DELETE FROM rooms WHERE id = $1', [roomId]);
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([]);
    expect(await database.db.query('SELECT id FROM attachment_files_to_delete')).toEqual([]);
  });

  it('deletes hundreds in one round, also with another process that does the same', async () => {
    const ids = await Promise.all(Array.from({ length: 90 }, () => addFile()));
    await database.db.query('DELETE FROM attachments');
    const deleted: string[] = [];
    const counting: FileStorage = {
      ...storage,
      delete: async (key) => {
        deleted.push(key);
        await storage.delete(key);
      },
    };
    await Promise.all([sweeperOf(counting).sweep(), sweeperOf(counting).sweep()]);
    expect(await storedIds()).toEqual([]);
    expect(deleted.length).toBe(ids.length * 2);
  });

  it('tries again where the storage fails, and does not stop at it', async () => {
    const [bad, good] = [await addFile(), await addFile()];
    await database.db.query('DELETE FROM attachments');
    const failing: FileStorage = {
      ...storage,
      delete: async (key) => {
        if (key.startsWith(bad)) throw new Error('the storage is away');
        await storage.delete(key);
      },
    };
    await sweeperOf(failing).sweep();
    expect(await storedIds()).toEqual([bad]);
    expect(await storedIds()).not.toContain(good);
    await makeDue();
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([]);
  });

  it('holds no transaction and no connection while a storage takes its time', async () => {
    await addFile();
    await database.db.query('DELETE FROM attachments');
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const slow: FileStorage = {
      ...storage,
      delete: async (key) => {
        asked.resolve();
        await answered.promise;
        await storage.delete(key);
      },
    };
    const sweeping = sweeperOf(slow).sweep();
    await asked.promise;
    const open = await database.db.query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'`,
    );
    expect(open).toEqual([]);
    // Nobody else takes what is taken.
    expect(await createSweepRepository(database.db).claimDue(20)).toEqual([]);
    answered.resolve();
    await sweeping;
    expect(await storedIds()).toEqual([]);
    expect(await database.db.query('SELECT id FROM attachment_files_to_delete')).toEqual([]);
  });

  it('breaks its round off where it is closed, however long a storage takes', async () => {
    await addFile();
    await database.db.query('DELETE FROM attachments');
    const asked = Promise.withResolvers<void>();
    const hanging: FileStorage = {
      ...storage,
      delete: (_key, giveUp) => {
        asked.resolve();
        return new Promise((_, reject) => giveUp?.addEventListener('abort', () => reject(giveUp.reason)));
      },
    };
    const sweeper = sweeperOf(hanging);
    const sweeping = sweeper.sweep();
    await asked.promise;
    await sweeper.close();
    await sweeping;
    await makeDue();
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([]);
  });

  it('finds files without a row, which a process left when it was killed, and deletes them a day later', async () => {
    const lost = randomUUID();
    await storeFile(keysOf(lost).file);
    await age(lost, 2);
    // Its row may be written in a moment.
    const arriving = randomUUID();
    await storeFile(keysOf(arriving).file);
    const known = await addFile();
    await age(known, 2);
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([lost, arriving, known].sort());
    await makeDue();
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([arriving, known].sort());
  });

  it('does not delete a file whose row is there after all', async () => {
    const id = await addFile();
    await database.db.query('INSERT INTO attachment_files_to_delete (id) VALUES ($1)', [id]);
    await sweeperOf().sweep();
    expect(await storedIds()).toEqual([id]);
    expect(await database.db.query('SELECT id FROM attachment_files_to_delete')).toEqual([]);
  });

  it('compares once a day, whatever the number of processes', async () => {
    const repository = createSweepRepository(database.db);
    const claims = await Promise.all([1, 2, 3].map(() => repository.claimComparison(60_000)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await repository.claimComparison(60_000)).toBe(false);
    expect(await repository.claimComparison(0)).toBe(true);
  });

  it('removes what an upload left unfinished an hour ago', async () => {
    await mkdir(incomingFolder(), { recursive: true });
    const [old, young] = [join(incomingFolder(), 'old'), join(incomingFolder(), 'young')];
    await writeFile(old, 'x');
    await writeFile(young, 'x');
    const at = new Date(Date.now() - 2 * 3_600_000);
    await utimes(old, at, at);
    await sweeperOf().sweep();
    expect(await readdir(incomingFolder())).toEqual(['young']);
  });

  it('sweeps by itself, and stops when it is closed, twice as well as once', async () => {
    const sweeper = new AttachmentSweeper({
      repository: createSweepRepository(database.db),
      storage,
      incomingFolder: incomingFolder(),
      log: quietLog,
      everyMs: 10,
    });
    sweeper.open();
    await addFile(expiredHours);
    await expect.poll(storedIds).toEqual([]);
    await Promise.all([sweeper.close(), sweeper.close()]);
    const left = await addFile(expiredHours);
    sweeper.open();
    expect(await storedIds()).toEqual([left]);
  });

  it('says nothing but a word in the log where the database is away', async () => {
    const away = createSweepRepository({
      ...database.db,
      query: () => Promise.reject(new Error('away')),
      transaction: () => Promise.reject(new Error('away')),
    });
    const sweeper = new AttachmentSweeper({
      ...{ repository: away, storage, incomingFolder: incomingFolder(), log: quietLog },
    });
    await expect(sweeper.sweep()).resolves.toBeUndefined();
  });
});
