import type { Room } from '@boltorezka/protocol';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDatabase } from '../src/platform/db.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { createTestDatabase, type TestDatabase } from './database.ts';
import { quietLog } from './log.ts';
import { endProcess } from './processes.ts';
import { register } from './rest.ts';
import { microphone, rtpCapabilities } from './rtp.ts';
import type { RunningProcess } from './start-process.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { createTeam, gather, settle, type Teammate, toTeammate } from './team.ts';
import { openSocket } from './test-socket.ts';

const place = (room: Room, person: { id: string }) => ({ params: { slug: room.slug, user_id: person.id } });

const sit = async (person: Teammate, roomSlug: string) => {
  const seat = await person.request('voice.join', { roomSlug, rtpCapabilities });
  const sound = { kind: 'audio' as const, rtpParameters: microphone() };
  await person.request('voice.produce', { transportId: seat.sendTransport.id, ...sound });
  return seat;
};

/** The promise. */
const expectInTime = (what: string, sinceMs: number): void => {
  const tookMs = Math.round(performance.now() - sinceMs);
  console.log(`banned ${what}: gone after ${tookMs} ms`);
  expect(tookMs).toBeLessThan(1_000);
};

describe('who is banned at one of two processes', () => {
  let database: TestDatabase;
  let cluster: Cluster;
  let [here, there] = [] as unknown as [RunningProcess, RunningProcess];
  beforeAll(async () => {
    database = await createTestDatabase('debian');
    const { user, host, port, database: name } = database.address;
    cluster = await startCluster(`postgres://${user}@${host}:${port}/${name}`);
    await cluster.startMedia({ MEDIA_WORKERS: '1' });
    [here, there] = await Promise.all([cluster.startSignaling(), cluster.startSignaling()]);
  }, 60_000);
  afterAll(async () => {
    await cluster?.close();
    await database?.close();
  });

  const meetAt = async ({ url }: RunningProcess, name: string) =>
    toTeammate(url, await openSocket(url, await register(url, { name })));

  let [anna, boris] = [] as unknown as [Teammate, Teammate];
  let room: Room;
  /** One moderates here, the other talks there. */
  beforeEach(async () => {
    anna = await meetAt(here, 'Anna');
    boris = await meetAt(there, 'Boris');
    room = await gather(anna, [[boris, 'member']]);
    await anna.request('room.join', { roomSlug: room.slug });
    await boris.request('room.join', { roomSlug: room.slug });
    await sit(boris, room.slug);
    await anna.next('voice.participantJoined', ({ participant }) => participant.userId === boris.id);
    return async () => {
      await Promise.all([anna.close(), boris.close()]);
    };
  });

  it('goes at the other within a second, though Redis is away', async () => {
    await endProcess(cluster.redis, 'SIGKILL');
    await anna.done('bans.set', { ...place(room, boris), body: {} });
    const bannedAt = performance.now();
    await Promise.all([
      boris.next('room.removed'),
      boris.next('voice.closed'),
      anna.next('voice.participantLeft', ({ userId }) => userId === boris.id),
    ]);
    expectInTime('without Redis', bannedAt);
    await cluster.restartRedis();
  });

  it('loses the seat within a second, though the process that spoke for it is dead', async () => {
    await endProcess(there.child, 'SIGKILL');
    const state = await anna.next(
      'voice.participantUpdated',
      ({ participant }) => participant.userId === boris.id,
    );
    expect(state.participant.state).toBe('reconnecting');
    await anna.done('bans.set', { ...place(room, boris), body: {} });
    const bannedAt = performance.now();
    await anna.next('voice.participantLeft', ({ userId }) => userId === boris.id);
    expectInTime('without the process that spoke for the seat', bannedAt);
    there = await cluster.startSignaling();
    // A process that comes later learns from the media node who sits there: nobody.
    const vera = await meetAt(there, 'Vera');
    await anna.done('members.set', { ...place(room, vera), body: { role: 'member' } });
    expect((await vera.request('room.join', { roomSlug: room.slug })).voice).toEqual([]);
    await vera.close();
  });
});

describe('what was taken from people while PostgreSQL could not be heard', () => {
  let database: TestDatabase;
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>;
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    database = await createTestDatabase('debian');
    proxy = await startTcpProxy(database.address.port ?? 0);
    const db = createDatabase({ ...database.address, host: '127.0.0.1', port: proxy.port }, quietLog);
    server = await startTestServer({ database: { ...database, db } });
  });
  afterAll(async () => {
    await part();
    await server.close();
    await proxy.close();
    await database.close();
  });

  it('is taken within a second where the connection that hears it hangs, and nobody says so', async () => {
    const [anna, boris, gone] = [await meet('Anna'), await meet('Boris'), await meet('Gone')];
    const room = await gather(anna, [[boris, 'member']]);
    await boris.request('room.join', { roomSlug: room.slug });
    await sit(boris, room.slug);
    const { db } = database;
    const [hearing] = await db.query<{ client_port: number }>(
      `SELECT client_port FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'boltorezka %'`,
    );
    proxy.pauseOne(hearing?.client_port ?? 0);
    await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [room.id, boris.id]);
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [gone.id]);
    const bannedAt = performance.now();
    expect(await boris.next('room.removed')).toMatchObject({ roomId: room.id, reason: 'banned' });
    expect(await boris.next('voice.closed')).toMatchObject({ reason: 'removed' });
    expect((await gone.closed).code).toBe(4003);
    expectInTime('where the listening connection hangs', bannedAt);
  });

  it('is not all: names, rooms that let somebody in and rooms that opened are caught up with as well', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const [gained, opened] = [await gather(anna), await gather(anna, [[boris, 'member']])];
    await boris.request('lobby.watch', {});
    await sit(anna, gained.slug);
    const { db } = database;
    proxy.refuse();
    await db.query(`UPDATE users SET name = 'Boris the Second' WHERE id = $1`, [boris.id]);
    await db.query(`INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, 'member')`, [
      ...[gained.id, boris.id],
    ]);
    await db.query('UPDATE rooms SET is_public = true WHERE id = $1', [opened.id]);
    proxy.cut();
    expect(await boris.next('lobby.voiceJoined')).toMatchObject({ roomId: gained.id, userId: anna.id });
    await boris.request('room.join', { roomSlug: opened.slug });
    const { members } = await anna.request('room.join', { roomSlug: opened.slug });
    expect(members).toContainEqual({ userId: boris.id, userName: 'Boris the Second' });
    await anna.request('voice.leave', {});
    await sit(anna, opened.slug);
    expect(await boris.next('lobby.voiceJoined')).toMatchObject({ roomId: opened.id, userId: anna.id });
  });

  it('is taken when it can be heard again: places, seats, sound, sessions, and what is told', async () => {
    const [anna, kicked, banned] = [await meet('Anna'), await meet('Kicked'), await meet('Banned')];
    const [muted, watcher, gone] = [await meet('Muted'), await meet('Watcher'), await meet('Gone')];
    const stranger = await meet('Stranger');
    const room = await gather(anna, [
      ...[kicked, banned, muted, watcher, gone].map((one): [Teammate, 'member'] => [one, 'member']),
    ]);
    const open = await gather(anna, [], { isPublic: true });
    await stranger.request('room.join', { roomSlug: open.slug });
    for (const person of [kicked, banned, gone]) await person.request('room.join', { roomSlug: room.slug });
    for (const person of [banned, muted]) await sit(person, room.slug);
    await watcher.request('lobby.watch', {});

    proxy.refuse();
    const { db } = database;
    await db.query('DELETE FROM room_members WHERE room_id = $1 AND user_id = ANY($2::uuid[])', [
      ...[room.id, [kicked.id, watcher.id]],
    ]);
    await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [room.id, banned.id]);
    await db.query('INSERT INTO room_mutes (room_id, user_id, text, voice) VALUES ($1, $2, false, true)', [
      ...[room.id, muted.id],
    ]);
    await db.query('UPDATE rooms SET is_public = false WHERE id = $1', [open.id]);
    await db.query('UPDATE users SET banned_at = now() WHERE id = $1', [gone.id]);
    proxy.cut();

    expect(await kicked.next('room.removed')).toMatchObject({ roomId: room.id, reason: 'closed' });
    expect(await banned.next('room.removed')).toMatchObject({ roomId: room.id, reason: 'banned' });
    expect(await banned.next('voice.closed')).toMatchObject({ reason: 'removed' });
    expect(await stranger.next('room.removed')).toMatchObject({ roomId: open.id, reason: 'closed' });
    expect(await watcher.next('room.removed')).toMatchObject({ roomId: room.id });
    expect((await gone.closed).code).toBe(4003);
    const isMuted = async () => {
      const { peers } = await server.media.request('media.getPeers', {});
      return peers
        .filter(({ appData }) => appData.userId === muted.id)
        .map((peer) => peer.appData.mutedByServer);
    };
    await expect.poll(isMuted).toEqual([true]);
    await sit(anna, room.slug);
    await settle(watcher);
    // Who sat down before is told of late where much is to be done.
    const isNews = ({ type, payload }: { type: string; payload: unknown }): boolean =>
      type === 'lobby.voiceLeft' ||
      (type === 'lobby.voiceJoined' && (payload as { userId: string }).userId === anna.id);
    expect(watcher.frames.filter(isNews)).toEqual([]);
  });
});
