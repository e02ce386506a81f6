import { randomUUID } from 'node:crypto';
import type { EventPayload } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogWatchRepository } from '../src/log-watch/index.ts';
import { createTestDatabase } from './database.ts';
import { endProcess } from './processes.ts';
import { createRoom } from './rest.ts';
import type { TestServer } from './start-server.ts';
import type { TestSocket } from './test-socket.ts';
import { startTwoProcesses, type TwoProcesses } from './two-processes.ts';

describe('an event that a process has missed', () => {
  let two: TwoProcesses;
  let [here, there] = [] as unknown as [TestServer, TestServer];
  beforeAll(async () => {
    two = await startTwoProcesses();
    [here, there] = two.servers;
  });
  afterAll(() => two.close());

  /** Two people in one room, each at another process, who hear each other. */
  const meet = async () => {
    const [anna, boris] = [await here.connect('Anna'), await there.connect('Boris')];
    const { slug } = await createRoom(here.url, anna.token);
    await anna.request('room.join', { roomSlug: slug });
    await boris.request('room.join', { roomSlug: slug });
    let last = await anna.request('chat.send', { text: 'heard' });
    // The way to Redis may be still on its way back from the test before.
    await expect
      .poll(
        async () => {
          last = await anna.request('chat.send', { text: 'heard' });
          return boris.frames.some(
            ({ type, payload }) => type === 'chat.message' && payload.roomId === last.roomId,
          );
        },
        { timeout: 10_000, interval: 200 },
      )
      .toBe(true);
    const { seq, epoch } = last;
    await boris.next('chat.message', (message) => message.seq === seq);
    const close = () => Promise.all([anna, boris].map((socket) => socket.close()));
    return { anna, boris, slug, seq, epoch, close };
  };

  const catchesUp = async (
    socket: TestSocket,
    known: { slug: string; seq: number; epoch: string },
    position: EventPayload<'room.position'>,
  ): Promise<string[]> => {
    const { slug, seq, epoch } = known;
    expect(position).toMatchObject({ epoch });
    expect(position.seq).toBeGreaterThan(seq);
    const joined = await socket.request('room.join', { roomSlug: slug, afterSeq: seq, epoch });
    expect(joined.recovered).toBe(true);
    return joined.missed.map(({ text }) => text);
  };

  it('while it could not hear the others is told by its position, within seconds', async () => {
    const { anna, boris, close, ...known } = await meet();
    two.ways[1].pause();
    await anna.request('chat.send', { text: 'unheard' });
    const position = await boris.next('room.position', ({ seq }) => seq > known.seq);
    expect(await catchesUp(boris, known, position)).toEqual(['unheard']);
    two.ways[1].cut();
    await close();
  });

  it('while Redis was away is told at once when it is back', async () => {
    const { anna, boris, close, ...known } = await meet();
    await endProcess(two.redis, 'SIGKILL');
    await anna.request('chat.send', { text: 'unheard' });
    await two.restartRedis();
    const position = await boris.next('room.position', ({ seq }) => seq > known.seq);
    expect(await catchesUp(boris, known, position)).toEqual(['unheard']);
    // And what comes now is heard again.
    await expect
      .poll(
        async () => {
          await anna.request('chat.send', { text: 'heard again' });
          return boris.frames.some(({ payload }) => payload.text === 'heard again');
        },
        { timeout: 10_000 },
      )
      .toBe(true);
    await close();
  });

  it('since its writer ended before it was told, is told by both processes', async () => {
    const { anna, boris, seq, close } = await meet();
    await two.database.db.query(
      'UPDATE rooms SET last_seq = last_seq + 1 WHERE id = (SELECT room_id FROM messages WHERE user_id = $1 LIMIT 1)',
      [anna.user.id],
    );
    for (const socket of [anna, boris])
      expect(await socket.next('room.position', (found) => found.seq > seq)).toMatchObject({ seq: seq + 1 });
    await close();
  });

  it('is not one that comes a moment after it was written: a busy room is told of no position', async () => {
    const { anna, boris, seq, close } = await meet();
    const until = performance.now() + 5_000;
    let last = seq;
    while (performance.now() < until) last = (await anna.request('chat.send', { text: 'on and on' })).seq;
    await boris.next('chat.message', (message) => message.seq === last);
    for (const { frames } of [anna, boris])
      expect(frames.filter(({ type }) => type === 'room.position')).toEqual([]);
    await close();
  });
});

it('5,000 rooms are looked at by one query, in a fraction of a second', async () => {
  const database = await createTestDatabase();
  await database.db.query(
    `INSERT INTO rooms (id, slug, title, is_public, epoch, last_seq)
     SELECT gen_random_uuid(), 'room-' || n, 'A room', true, gen_random_uuid(), n FROM generate_series(1, 5000) n`,
  );
  const rows = await database.db.query<{ id: string; last_seq: string; epoch: string }>(
    'SELECT id, last_seq, epoch FROM rooms',
  );
  let queries = 0;
  const repository = createLogWatchRepository({
    ...database.db,
    query: (sql, values) => {
      queries += 1;
      return database.db.query(sql, values);
    },
  });
  const known = rows.map(({ id, last_seq, epoch }) => ({
    roomId: id,
    position: { seq: Number(last_seq), epoch },
  }));
  expect(await repository.positionsThatDiffer(known)).toEqual([]);
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  expect(await repository.positionsThatDiffer(known)).toEqual([]);
  const { user, system } = process.cpuUsage(cpuBefore);
  const tookMs = performance.now() - startedAt;
  console.log(
    `5,000 rooms: ${tookMs.toFixed(1)} ms, ${((user + system) / 1_000).toFixed(1)} ms of this process`,
  );
  expect(queries).toBe(2);
  expect(tookMs).toBeLessThan(1_000);
  const [first, second] = known as [(typeof known)[number], (typeof known)[number]];
  await database.db.query('UPDATE rooms SET last_seq = last_seq + 1 WHERE id = $1', [first.roomId]);
  await database.db.query('UPDATE rooms SET epoch = $2 WHERE id = $1', [second.roomId, randomUUID()]);
  const found = await repository.positionsThatDiffer(known);
  expect(new Set(found.map(({ roomId }) => roomId))).toEqual(new Set([first.roomId, second.roomId]));
  await database.close();
});
