import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Bus } from '../src/platform/bus.ts';
import { createLocalBus } from '../src/platform/bus-local.ts';
import { createRedisBus } from '../src/platform/bus-redis.ts';
import { quietLog } from './log.ts';
import { type LinkedNode, openRemote, startLinkedNode } from './media-link-rig.ts';
import { createRoom } from './rest.ts';
import { rtpCapabilities } from './rtp.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { call } from './team.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

const kinds: Record<string, () => Promise<Bus>> = {
  local: async () => createLocalBus(),
  redis: () => createRedisBus(inject('redisUrl'), quietLog),
};

const openRoom = async (server: TestServer, owner: { token: string }, isPublic = true): Promise<string> => {
  const { slug } = await createRoom(server.url, owner.token, { is_public: isPublic });
  return slug;
};

const sit = (socket: TestSocket, roomSlug: string, seatId?: string) =>
  socket.request('voice.join', { roomSlug, rtpCapabilities, ...(seatId === undefined ? {} : { seatId }) });

/** What the lobby told this socket, in order: `joined general Anna`. */
const toldTo = ({ frames }: TestSocket): string[] =>
  frames.flatMap(({ type, payload }) => {
    if (type === 'lobby.voiceJoined') return [`joined ${payload.roomSlug} ${payload.userId}`];
    return type === 'lobby.voiceLeft' ? [`left ${payload.roomSlug} ${payload.userId}`] : [];
  });

/** Whoever sits in these rooms, by the answer to lobby.watch. */
const occupancy = async (socket: TestSocket): Promise<Record<string, string[]>> => {
  const { voice } = await socket.request('lobby.watch', {});
  return Object.fromEntries(voice.map(({ roomSlug, members }) => [roomSlug, members.map((m) => m.userId)]));
};

/** Somebody sits down in general after all that came before, and each of these has been told. */
const settle = async (server: TestServer, watchers: TestSocket[]): Promise<void> => {
  const last = await server.connect('Last');
  await sit(last, 'general');
  const isLast = ({ userId }: { userId: string }) => userId === last.user.id;
  await Promise.all(watchers.map((watcher) => watcher.next('lobby.voiceJoined', isLast)));
  await last.close();
  await Promise.all(watchers.map((watcher) => watcher.next('lobby.voiceLeft', isLast)));
};

describe.each(Object.keys(kinds))('the lobby over the %s bus', (kind) => {
  let server: TestServer;
  const sockets: TestSocket[] = [];
  const connect = async (name: string): Promise<TestSocket> => {
    const socket = await server.connect(name);
    sockets.push(socket);
    return socket;
  };
  const connectAgain = async (socket: TestSocket): Promise<TestSocket> => {
    const another = await openSocket(server.url, socket);
    sockets.push(another);
    return another;
  };

  beforeAll(async () => {
    server = await startTestServer({ bus: await kinds[kind]!(), mediaWorkers: 2, seatGraceMs: 1_500 });
  });
  afterAll(() => server.close());
  afterEach(async () => {
    await Promise.all(sockets.splice(0).map((socket) => socket.close()));
  });

  it('and the room know who sits there by the name that they have now', async () => {
    const [anna, boris] = [await connect('Anna'), await connect('Boris')];
    const slug = await openRoom(server, anna);
    await boris.request('room.join', { roomSlug: slug });
    await sit(anna, slug);
    const at = { url: server.url, token: anna.token };
    expect((await call(at, 'auth.rename', { body: { name: 'Renamed' } })).status).toBe(200);
    const person = { userId: anna.user.id, userName: 'Renamed' };
    const { participant } = await boris.next('voice.participantUpdated', (told) => told.roomSlug === slug);
    expect(participant).toMatchObject(person);
    expect(await boris.next('user.renamed', ({ userId }) => userId === anna.user.id)).toEqual(person);
    const { voice } = await boris.request('lobby.watch', {});
    expect(voice.find(({ roomSlug }) => roomSlug === slug)?.members).toEqual([person]);
    expect((await boris.request('room.join', { roomSlug: slug })).voice).toMatchObject([person]);
  });

  it('answers who sits where, and tells of each who comes and goes', async () => {
    const [anna, boris] = [await connect('Anna'), await connect('Boris')];
    const slug = await openRoom(server, anna);
    const { roomId } = await sit(anna, slug);
    const { voice } = await boris.request('lobby.watch', {});
    expect(voice).toEqual([
      { roomId, roomSlug: slug, members: [{ userId: anna.user.id, userName: 'Anna' }] },
    ]);
    await sit(boris, slug);
    expect(await boris.next('lobby.voiceJoined')).toEqual({
      roomId,
      roomSlug: slug,
      userId: boris.user.id,
      userName: 'Boris',
    });
    const late = await connect('Late');
    expect(await occupancy(late)).toEqual({ [slug]: [anna.user.id, boris.user.id] });
    await anna.request('voice.leave', {});
    const left = { roomId, roomSlug: slug, userId: anna.user.id };
    expect(await boris.next('lobby.voiceLeft')).toEqual(left);
    expect(await late.next('lobby.voiceLeft')).toEqual(left);
    expect(await occupancy(boris)).toEqual({ [slug]: [boris.user.id] });
  });

  it('keeps what happens in a private room from those who may not enter it', async () => {
    const [owner, stranger] = [await connect('Owner'), await connect('Stranger')];
    const before = await openRoom(server, owner, false);
    for (const socket of [owner, stranger]) await socket.request('lobby.watch', {});
    const after = await openRoom(server, owner, false);
    for (const slug of [before, after]) {
      await sit(owner, slug);
      await owner.next('lobby.voiceJoined', ({ roomSlug }) => roomSlug === slug);
      expect(await occupancy(stranger)).toEqual({});
    }
    expect(await occupancy(owner)).toEqual({ [after]: [owner.user.id] });
    await owner.request('voice.leave', {});
    await settle(server, [owner, stranger]);
    const id = owner.user.id;
    expect(toldTo(owner).slice(0, 4)).toEqual([
      `joined ${before} ${id}`,
      `left ${before} ${id}`,
      `joined ${after} ${id}`,
      `left ${after} ${id}`,
    ]);
    expect(stranger.frames.filter(({ payload }) => JSON.stringify(payload).includes(id))).toEqual([]);
  });

  it('no longer tells of a private room to who may not enter it any more and asks again', async () => {
    const [owner, guest] = [await connect('Owner'), await connect('Guest')];
    const slug = await openRoom(server, owner, false);
    const { db } = server.database;
    const values = [slug, guest.user.id];
    await db.query(
      `INSERT INTO room_members (room_id, user_id, role) SELECT id, $2, 'guest' FROM rooms WHERE slug = $1`,
      values,
    );
    await sit(owner, slug);
    expect(await occupancy(guest)).toEqual({ [slug]: [owner.user.id] });
    await db.query(
      'DELETE FROM room_members m USING rooms r WHERE r.id = m.room_id AND r.slug = $1 AND m.user_id = $2',
      values,
    );
    expect(await occupancy(guest)).toEqual({});
    await owner.request('voice.leave', {});
    await settle(server, [guest]);
    expect(toldTo(guest).filter((line) => line.includes(slug))).toEqual([]);
  });

  it('tells of a seat that moves as left there and joined here, and of nobody else', async () => {
    const [anna, watcher] = [await connect('Anna'), await connect('Watcher')];
    const slug = await openRoom(server, anna);
    await watcher.request('lobby.watch', {});
    await sit(anna, slug);
    await sit(await connectAgain(anna), 'general');
    await settle(server, [watcher]);
    const { id } = anna.user;
    expect(toldTo(watcher).slice(0, 3)).toEqual([
      `joined ${slug} ${id}`,
      `left ${slug} ${id}`,
      `joined general ${id}`,
    ]);
  });

  it('says nothing where a seat stays: taken over by another socket, or its media rebuilt', async () => {
    const [anna, watcher] = [await connect('Anna'), await connect('Watcher')];
    await watcher.request('lobby.watch', {});
    const { seatId } = await sit(anna, 'general');
    await sit(await connectAgain(anna), 'general', seatId);
    const { workers } = await server.media.request('media.getStatus', {});
    process.kill(workers.find(({ peers }) => peers > 0)!.pid, 'SIGKILL');
    const back = sockets.at(-1)!;
    const reset = await back.next('voice.reset');
    await sit(back, 'general', reset.seatId);
    await settle(server, [watcher]);
    const { id } = anna.user;
    expect(toldTo(watcher).filter((line) => line.endsWith(id))).toEqual([`joined general ${id}`]);
  });

  it('tells that somebody is gone when the seat has waited in vain, not when the socket is lost', async () => {
    const [anna, watcher] = [await connect('Anna'), await connect('Watcher')];
    await watcher.request('room.join', { roomSlug: 'general' });
    await watcher.request('lobby.watch', {});
    await sit(anna, 'general');
    anna.ws.terminate();
    await watcher.next('voice.participantUpdated', ({ participant }) => participant.state === 'reconnecting');
    expect(await occupancy(watcher)).toEqual({ general: [anna.user.id] });
    expect(toldTo(watcher)).toEqual([`joined general ${anna.user.id}`]);
    await watcher.next('lobby.voiceLeft', ({ userId }) => userId === anna.user.id);
    expect(await occupancy(watcher)).toEqual({});
  });

  it('tells that somebody is gone whose session has ended', async () => {
    const [anna, watcher] = [await connect('Anna'), await connect('Watcher')];
    await watcher.request('lobby.watch', {});
    await sit(anna, 'general');
    const headers = { authorization: `Bearer ${anna.token}` };
    await fetch(`${server.url}/v1/auth/logout`, { method: 'POST', headers });
    await watcher.next('lobby.voiceLeft', ({ userId }) => userId === anna.user.id);
  });

  it('tells nothing to sockets that have not asked', async () => {
    const [anna, quiet, watcher] = [await connect('Anna'), await connect('Quiet'), await connect('Watcher')];
    await quiet.request('room.join', { roomSlug: 'general' });
    await watcher.request('lobby.watch', {});
    await sit(anna, 'general');
    await anna.request('voice.leave', {});
    await settle(server, [watcher]);
    await quiet.request('ping', {});
    expect(toldTo(quiet)).toEqual([]);
  });

  it('answers before it tells what follows, and loses nothing in between', async () => {
    const [anna, watcher] = [await connect('Anna'), await connect('Watcher')];
    const { roomId, roomSlug } = await sit(anna, 'general');
    const { db } = server.database;
    const isWaiting = async () => {
      const sql = `SELECT 1 FROM pg_locks WHERE relation = 'room_members'::regclass AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
      return (await db.query(sql)).length;
    };
    let answer: Promise<unknown> | undefined;
    await db.transaction(async (tx) => {
      await tx.query('LOCK TABLE room_members');
      answer = watcher.request('lobby.watch', {});
      await expect.poll(isWaiting).toBe(1);
      // In the middle of the question: leaving needs no database.
      await anna.request('voice.leave', {});
      await watcher.request('ping', {});
    });
    const { voice } = (await answer) as { voice: unknown };
    const left = await watcher.next('lobby.voiceLeft');
    expect(left).toEqual({ roomId, roomSlug, userId: anna.user.id });
    expect(voice).toEqual([]);
    const order = watcher.frames.filter(
      ({ type, payload }) => type === 'lobby.voiceLeft' || 'voice' in payload,
    );
    expect(order.slice(-2).map(({ type }) => type)).toEqual(['ack', 'lobby.voiceLeft']);
  });

  it('answers twice at once, and once more after that, without telling anything twice', async () => {
    const [anna, watcher] = [await connect('Anna'), await connect('Watcher')];
    await Promise.all([watcher.request('lobby.watch', {}), watcher.request('lobby.watch', {})]);
    await watcher.request('lobby.watch', {});
    await sit(anna, 'general');
    await settle(server, [watcher]);
    expect(toldTo(watcher).filter((line) => line.endsWith(anna.user.id))).toHaveLength(1);
  });

  it('needs a requestId: the answer is the point', async () => {
    const watcher = await connect('Watcher');
    watcher.send({ type: 'lobby.watch', payload: {} });
    expect(await watcher.next('error')).toMatchObject({ code: 'ValidationError' });
  });
});

describe('the lobby of two processes', () => {
  let node: LinkedNode;
  let here: TestServer;
  let there: TestServer;
  beforeAll(async () => {
    node = await startLinkedNode();
    const openMedia = (processId: string) => openRemote(node.url, { ownerId: processId });
    here = await startTestServer({ bus: await kinds.redis!(), openMedia });
    there = await startTestServer({ bus: await kinds.redis!(), openMedia, database: here.database });
  });
  afterAll(async () => {
    await there.close();
    await here.close();
    await node.close();
  });

  it('tells watchers of the one who sits where in the other, a new private room to its members alone', async () => {
    const owner = await here.connect('Owner');
    const [elsewhere, stranger] = [await openSocket(there.url, owner), await there.connect('Stranger')];
    for (const watcher of [elsewhere, stranger]) await watcher.request('lobby.watch', {});
    const slug = await openRoom(here, owner, false);
    await sit(owner, slug);
    await elsewhere.next('lobby.voiceJoined', ({ roomSlug }) => roomSlug === slug);
    await sit(owner, 'general');
    await stranger.next('lobby.voiceJoined', ({ roomSlug }) => roomSlug === 'general');
    await owner.request('voice.leave', {});
    await stranger.next('lobby.voiceLeft');
    const { id } = owner.user;
    expect(toldTo(stranger)).toEqual([`joined general ${id}`, `left general ${id}`]);
    await expect
      .poll(() => toldTo(elsewhere))
      .toEqual([`joined ${slug} ${id}`, `left ${slug} ${id}`, `joined general ${id}`, `left general ${id}`]);
    await Promise.all([owner, elsewhere, stranger].map((socket) => socket.close()));
  });
});
