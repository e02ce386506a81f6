import type { RequestInput, Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../src/platform/db.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, settle, type Teammate } from './team.ts';
import { openBareSocket } from './test-socket.ts';

/** Answers of the database that are held back, as if they came late. */
const createGate = (db: Database) => {
  let isHeld: (sql: string) => boolean = () => false;
  let release = () => {};
  let onReached = () => {};
  const gated: Database = {
    ...db,
    query: async (sql, values) => {
      const rows = await db.query(sql, values);
      if (!isHeld(sql)) return rows as never;
      await new Promise<void>((resolve) => {
        const former = release;
        release = () => {
          former();
          resolve();
        };
        onReached();
      });
      return rows as never;
    },
  };
  return {
    db: gated,
    /** Resolves when an answer is held. */
    hold: (part: string) =>
      new Promise<void>((resolve) => {
        isHeld = (sql) => sql.includes(part);
        onReached = resolve;
      }),
    /** Lets what is held come, and holds nothing more. */
    open: () => {
      isHeld = () => false;
      release();
      release = () => {};
    },
  };
};

/** Asks what somebody may do in a room. */
const guardSql = 'AS mute_expires_at';
/** Asks who signs in by a token. */
const sessionSql = 'AS is_use_stale';
/** Asks which private rooms somebody belongs to. */
const privateRoomsSql = 'AND NOT r.is_public';
/** Asks what is still true of those who are here. */
const judgeSql = 'AS is_voice_muted';

describe('what is taken while the database’s answer is on its way', () => {
  let database: TestDatabase;
  let gate: ReturnType<typeof createGate>;
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    database = await createTestDatabase();
    gate = createGate(database.db);
    server = await startTestServer({ database: { ...database, db: gate.db } });
  });
  afterAll(async () => {
    await server.close();
    await database.close();
  });

  let [anna, boris] = [] as unknown as [Teammate, Teammate];
  let room: Room;
  beforeEach(async () => {
    [anna, boris] = [await meet('Anna'), await meet('Boris')];
    room = await gather(anna, [[boris, 'member']]);
    await anna.request('room.join', { roomSlug: room.slug });
  });
  afterEach(part);

  const atBoris = () => ({ params: { slug: room.slug, user_id: boris.id } });
  /** By SQL: REST asks the database as well, and would be held. */
  const ban = async () => {
    const { db } = database;
    await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [room.id, boris.id]);
    await db.query('DELETE FROM room_members WHERE room_id = $1 AND user_id = $2', [room.id, boris.id]);
    const removal = { roomId: room.id, roomSlug: room.slug, reason: 'banned' };
    const change = { kind: 'roomLost', userId: boris.id, ...removal };
    await db.query(`SELECT pg_notify('boltorezka_access', $1)`, [JSON.stringify(change)]);
    await boris.next('room.removed');
  };
  const peersOf = async (person: Teammate) =>
    (await server.media.request('media.getPeers', {})).peers.filter(
      ({ appData }) => appData.userId === person.id,
    );

  it.each(['room.join', 'voice.join'] as const)('keeps who asks for %s out all the same', async (type) => {
    const held = gate.hold(guardSql);
    const payload: RequestInput<'voice.join'> = { roomSlug: room.slug, rtpCapabilities };
    const answer = boris.refused(type, payload);
    await held;
    await ban();
    gate.open();
    expect((await answer).code).toBe('RoomNotFound');
    expect(await peersOf(boris)).toEqual([]);
    await anna.request('chat.send', { text: 'among us', roomSlug: room.slug });
    await settle(boris);
    expect(boris.frames.filter(({ type: told }) => told === 'chat.message')).toEqual([]);
  });

  it('keeps whoever comes by a session that has ended meanwhile out', async () => {
    const { db } = database;
    const held = gate.hold(sessionSql);
    const second = openBareSocket(server.url, { token: boris.token });
    await held;
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [boris.id]);
    const [session] = await db.query('SELECT id FROM sessions WHERE user_id = $1', [boris.id]);
    const change = { kind: 'sessionsEnded', userId: boris.id, sessionIds: [session?.id] };
    await db.query(`SELECT pg_notify('boltorezka_access', $1)`, [JSON.stringify(change)]);
    expect((await boris.closed).code).toBe(4003);
    gate.open();
    expect((await second.closed).code).toBe(4003);
    expect(second.frames).toEqual([]);
  });

  it('keeps who is banned from the server out of a room that they ask for', async () => {
    await database.db.query('UPDATE users SET banned_at = now() WHERE id = $1', [boris.id]);
    expect((await boris.refused('room.join', { roomSlug: room.slug })).code).toBe('RoomNotFound');
  });

  it('keeps who asks for lobby.watch from being told who sits there', async () => {
    const held = gate.hold(privateRoomsSql);
    const answer = boris.request('lobby.watch', {});
    await held;
    await ban();
    gate.open();
    expect((await answer).voice).toEqual([]);
    await anna.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
    await settle(boris);
    expect(boris.frames.filter(({ type }) => type === 'lobby.voiceJoined')).toEqual([]);
  });

  it('is not given back by an answer that was older', async () => {
    const mute = () => anna.done('members.mute', { ...atBoris(), body: { voice: true } });
    await boris.request('voice.join', { roomSlug: room.slug, rtpCapabilities });
    await mute();
    await boris.next('voice.participantUpdated', ({ participant }) => participant.mutedByServer);
    await gate.hold(judgeSql);
    // Without a word of it: whoever ends a mute by time tells of that.
    await database.db.query('DELETE FROM room_mutes WHERE user_id = $1', [boris.id]);
    gate.open();
    // Whoever looks for ends of mutes finds this one, and is told late: there is another by then.
    await gate.hold(judgeSql);
    await mute();
    await settle(boris);
    gate.open();
    await gate.hold(judgeSql);
    gate.open();
    await settle(boris);
    expect((await peersOf(boris)).map(({ appData }) => appData.mutedByServer)).toEqual([true]);
  });
});
