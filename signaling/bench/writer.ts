// Started by infra/bench/message-writer: writes chat messages into a PostgreSQL of its own, in one way and in another.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageWriter } from '../src/chat/index.ts';
import { startEmbeddedPostgres } from '../src/embedded/index.ts';
import { createDatabase, type Database } from '../src/platform/db.ts';
import { migrate } from '../src/platform/migrate.ts';
import { quietLog } from '../test/log.ts';
import type { WayOfWriting, WriterReply, WriterRequest } from './writer-messages.ts';

const roomCount = 50;
/** People who each wait for an answer before they write again. */
const senders = 2_000;
/** As many as the pool has connections: more would only wait for each other. */
const connections = 10;
const text = 'x'.repeat(100);

const oneRow = `WITH room AS (
    UPDATE rooms SET last_seq = last_seq + 1, message_count = message_count + 1, last_message_at = now()
    WHERE id = $2 RETURNING last_seq, message_count)
  INSERT INTO messages (id, room_id, seq, user_id, client_message_id, text, created_at, ordinal, revision)
  SELECT $1, $2, last_seq, $3, $4, $5, now(), message_count, last_seq FROM room`;

interface Place {
  db: Database;
  userId: string;
  roomIds: string[];
}

const preparePlace = async (db: Database): Promise<Place> => {
  await migrate(db, new URL('../migrations/', import.meta.url), quietLog);
  const userId = randomUUID();
  await db.query(
    `INSERT INTO users (id, email, password_hash, name) VALUES ($1, 'a@example.org', 'x', 'Anna')`,
    [userId],
  );
  const rooms = await db.query<{ id: string }>(
    `INSERT INTO rooms (id, slug, title, is_public, epoch)
     SELECT gen_random_uuid(), 'bench-' || n, 'A room', true, gen_random_uuid() FROM generate_series(1, $1) n
     RETURNING id`,
    [roomCount],
  );
  return { db, userId, roomIds: rooms.map(({ id }) => id) };
};

const randomRoom = ({ roomIds }: Place): string => roomIds[Math.floor(Math.random() * roomIds.length)] ?? '';

/** So many at a time, each one after another, until the time is over. */
const writeFor = async (forMs: number, atOnce: number, writeOne: () => Promise<unknown>) => {
  const startedAt = performance.now();
  let rows = 0;
  const work = async () => {
    while (performance.now() - startedAt < forMs) {
      await writeOne();
      rows += 1;
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { rows, tookMs: performance.now() - startedAt };
};

interface Crew {
  writers: number;
  maxGroup: number;
  atOnce: number;
}

/** By the product's own code, with its checks. */
const writeBy =
  ({ writers, maxGroup, atOnce }: Crew) =>
  async (place: Place, forMs: number): Promise<WriterReply> => {
    let commits = 0;
    const onGroupWritten = () => {
      commits += 1;
    };
    const crew = Array.from(
      { length: writers },
      () => new MessageWriter({ db: place.db, maxGroup, onGroupWritten }),
    );
    const author = { userId: place.userId, userName: 'Anna' };
    let turn = 0;
    const written = await writeFor(forMs, atOnce, async () => {
      turn += 1;
      const [id, clientMessageId] = [randomUUID(), randomUUID()];
      const message = { ...author, id, clientMessageId, roomId: randomRoom(place), text };
      await crew[turn % writers]?.write(message);
    });
    for (const writer of crew) await writer.close();
    return { ...written, commits };
  };

const writeBare = async (place: Place, forMs: number): Promise<WriterReply> => {
  const { db, userId } = place;
  const written = await writeFor(forMs, connections, () =>
    db.query(oneRow, [randomUUID(), randomRoom(place), userId, randomUUID(), text]),
  );
  return { ...written, commits: written.rows };
};

const ways: Record<WayOfWriting, (place: Place, forMs: number) => Promise<WriterReply>> = {
  'in groups': writeBy({ writers: 1, maxGroup: 500, atOnce: senders }),
  'one a commit': writeBy({ writers: connections, maxGroup: 1, atOnce: connections }),
  'bare, one a commit': writeBare,
};

const dataDir = mkdtempSync(join(tmpdir(), 'boltorezka-writer-'));
const postgres = await startEmbeddedPostgres({ dataDir, log: { info: () => {}, warn: () => {} } });
const db = createDatabase({ ...postgres.connection, max: connections }, quietLog);
const place = await preparePlace(db);

const end = async (): Promise<void> => {
  await db.close();
  await postgres.close();
  rmSync(dataDir, { recursive: true, force: true });
};

process.on('message', ({ way, forMs }: WriterRequest) => {
  ways[way](place, forMs)
    .then((reply) => process.send?.(reply))
    .catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      void end().finally(() => process.exit(1));
    });
});
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
process.on('disconnect', () => void end().finally(() => process.exit(0)));
process.send?.('ready');
