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
/** Each of them talks in so many rooms. */
const roomsEach = 2;
/** As many as the pool has connections: more would only wait for each other. */
const connections = 10;

/** Words of two languages, the common ones more often: what search has to index. */
const stems = [
  ...[
    'работа',
    'сервер',
    'комната',
    'сообщение',
    'голос',
    'встреча',
    'ошибка',
    'выпуск',
    'проверка',
    'вопрос',
  ],
  ...[
    'release',
    'branch',
    'review',
    'deploy',
    'network',
    'call',
    'message',
    'history',
    'weekend',
    'question',
  ],
];
const endings = Array.from({ length: 250 }, (_, n) =>
  n.toString(26).replace(/\d/g, (digit) => 'abvgdezikl'[Number(digit)] ?? ''),
);
const wordsEach = 14;
const randomOf = <T>(list: readonly T[], skew = 1): T =>
  list[Math.floor(Math.random() ** skew * list.length)] as T;
const randomText = (): string =>
  Array.from({ length: wordsEach }, () => randomOf(stems) + randomOf(endings, 3)).join(' ');

const oneRow = `WITH room AS (
    UPDATE rooms SET last_seq = last_seq + 1, message_count = message_count + 1, last_message_at = now()
    WHERE id = $2 RETURNING last_seq, message_count)
  INSERT INTO messages (id, room_id, seq, user_id, client_message_id, retry_key, text, created_at, ordinal, revision)
  SELECT $1, $2, last_seq, $3, $4::text, $4::text::uuid, $5, now(), message_count, last_seq FROM room`;

interface Person {
  userId: string;
  roomIds: string[];
}

interface Place {
  db: Database;
  people: Person[];
}

const preparePlace = async (db: Database): Promise<Place> => {
  await migrate(db, new URL('../migrations/', import.meta.url), quietLog);
  const users = await db.query<{ id: string }>(
    `INSERT INTO users (id, email, password_hash, name)
     SELECT gen_random_uuid(), n || '@example.org', 'x', 'Person ' || n FROM generate_series(1, $1) n RETURNING id`,
    [senders],
  );
  const rooms = await db.query<{ id: string }>(
    `INSERT INTO rooms (id, slug, title, is_public, epoch)
     SELECT gen_random_uuid(), 'bench-' || n, 'A room', true, gen_random_uuid() FROM generate_series(1, $1) n
     RETURNING id`,
    [roomCount],
  );
  const people = users.map(({ id }) => ({
    userId: id,
    roomIds: Array.from({ length: roomsEach }, () => randomOf(rooms).id),
  }));
  return { db, people };
};

interface Message {
  id: string;
  clientMessageId: string;
  userId: string;
  userName: string;
  roomId: string;
  text: string;
}

interface Span {
  forMs: number;
  atOnce: number;
}

/** So many at a time, each one after another, until the time is over. */
const writeFor = async (
  { people }: Place,
  { forMs, atOnce }: Span,
  writeOne: (message: Message) => Promise<unknown>,
): Promise<Omit<WriterReply, 'commits'>> => {
  const startedAt = performance.now();
  let rows = 0;
  const work = async (_: unknown, first: number) => {
    for (let turn = first; performance.now() - startedAt < forMs; turn += atOnce) {
      const { userId, roomIds } = people[turn % people.length] as Person;
      const names = { id: randomUUID(), clientMessageId: randomUUID(), userId, userName: 'Anna' };
      await writeOne({ ...names, roomId: randomOf(roomIds), text: randomText() });
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
    let turn = 0;
    const written = await writeFor(place, { forMs, atOnce }, (message) => {
      turn += 1;
      return crew[turn % writers]?.write(message) ?? Promise.resolve();
    });
    for (const writer of crew) await writer.close();
    return { ...written, commits };
  };

const writeBare =
  (atOnce: number) =>
  async (place: Place, forMs: number): Promise<WriterReply> => {
    const written = await writeFor(
      place,
      { forMs, atOnce },
      ({ id, roomId, userId, clientMessageId, text }) =>
        place.db.query(oneRow, [id, roomId, userId, clientMessageId, text]),
    );
    return { ...written, commits: written.rows };
  };

const ways: Record<WayOfWriting, (place: Place, forMs: number) => Promise<WriterReply>> = {
  'in groups': writeBy({ writers: 1, maxGroup: 500, atOnce: senders }),
  'one a commit': writeBy({ writers: connections, maxGroup: 1, atOnce: connections }),
  'bare, one writer': writeBare(1),
  'bare, ten writers': writeBare(connections),
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
