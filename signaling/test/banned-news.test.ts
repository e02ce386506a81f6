import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { rtpCapabilities } from './rtp.ts';
import { shapes, startShape } from './shapes.ts';
import type { TestServer } from './start-server.ts';
import { at, createTeam, gather, type Teammate, toTeammate } from './team.ts';
import { openSocket } from './test-socket.ts';

describe.each(shapes)('who is banned from a public room (%s)', (shape) => {
  let server: TestServer;
  const { meet, again, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startShape(shape);
  });
  afterEach(part);
  afterAll(() => server.close());

  const sit = (person: Teammate, roomSlug: string) =>
    person.request('voice.join', { roomSlug, rtpCapabilities });
  const twice = async (name: string): Promise<[Teammate, Teammate]> => {
    const person = await meet(name);
    return [person, await again(person)];
  };

  /** A public room of Anna's in which Vera talks; Boris and Gleb look at the list of rooms, at each process. */
  const gatherAround = async () => {
    const [anna, vera] = [await meet('Anna'), await meet('Vera')];
    const [boris, gleb] = [await twice('Boris'), await twice('Gleb')];
    const room = await gather(anna, [], { isPublic: true });
    await sit(vera, room.slug);
    for (const socket of [...boris, ...gleb]) await socket.request('lobby.watch', {});
    await anna.request('room.join', { roomSlug: room.slug });
    return { anna, vera, boris, gleb, room };
  };
  type Around = Awaited<ReturnType<typeof gatherAround>>;

  const ban = async ({ anna, boris, room }: Around, body: object = {}) => {
    await anna.done('bans.set', { ...at(room, boris[0]), body });
    for (const socket of boris) await socket.next('room.removed', ({ roomId }) => roomId === room.id);
  };

  /** Things happen in the room of which everybody is told; resolves when Gleb was, at each process. */
  const stir = async ({ anna, vera, gleb, room }: Around, title: string) => {
    await anna.request('chat.send', { text: 'Heard?', roomSlug: room.slug });
    await vera.request('voice.leave', {});
    await sit(vera, room.slug);
    await anna.done('rooms.update', { ...at(room), body: { title } });
    for (const socket of gleb) {
      const isIt = ({ roomId }: { roomId: string }) => roomId === room.id;
      await socket.next('lobby.activity', isIt);
      await socket.next('lobby.voiceLeft', isIt);
      await socket.next('lobby.voiceJoined', isIt);
      await socket.next('room.updated', ({ roomTitle }) => roomTitle === title);
    }
  };

  /** What a socket was told of the room from that frame on; an answer comes after all that was told before it. */
  const toldOf = async (socket: Teammate, room: Room, from = 0): Promise<string[]> => {
    await socket.request('ping', {});
    const about = socket.frames.slice(from).filter((frame) => JSON.stringify(frame).includes(room.id));
    return about.map(({ type }) => type);
  };

  it('is told nothing of it within a second, on every socket that was open, and on none that is opened later', async () => {
    const around = await gatherAround();
    const { boris, room } = around;
    await stir(around, 'Known to all');
    for (const socket of boris) expect(await toldOf(socket, room)).toContain('lobby.activity');
    const startedAt = performance.now();
    await ban(around, { reason: 'Noise' });
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    const from = boris.map(({ frames }) => frames.length);
    const later = await again(boris[0]);
    const beside = await again(later);
    for (const socket of [...boris, later, beside]) {
      const { voice } = await socket.request('lobby.watch', {});
      expect(voice.map(({ roomId }) => roomId)).not.toContain(room.id);
    }
    await stir(around, 'Of others alone');
    expect(await toldOf(boris[0], room, from[0])).toEqual([]);
    expect(await toldOf(boris[1], room, from[1])).toEqual([]);
    for (const socket of [later, beside]) expect(await toldOf(socket, room)).toEqual([]);
  });

  it('is told nothing of it where they come for the first time after that', async () => {
    const around = await gatherAround();
    const { anna, room } = around;
    const late = await server.register('Late');
    const asked = { slug: room.slug, user_id: late.user.id };
    await anna.done('bans.set', { params: asked, body: {} });
    const socket = toTeammate(server.url, await openSocket(server.url, late));
    await stir(around, 'Of others alone');
    expect(await toldOf(socket, room)).toEqual([]);
    await socket.close();
  });

  it('is answered by REST as if there were none', async () => {
    const around = await gatherAround();
    const [{ anna, room }, [boris]] = [around, around.boris];
    const { id: message_id } = await anna.request('chat.send', { text: 'xylophone', roomSlug: room.slug });
    await ban(around);
    const { rooms } = await boris.done<{ rooms: Room[] }>('rooms.list');
    expect(rooms.map(({ id }) => id)).not.toContain(room.id);
    const { results } = await boris.done('chat.search', { query: { query: 'xylophone' } });
    expect(results).toEqual([]);
    expect((await boris.call('chat.message', { params: { message_id } })).status).toBe(404);
    const get = (slug: string) => boris.call('rooms.get', { params: { slug } });
    const { status, body } = await get(room.slug);
    expect([status, JSON.stringify(body).replaceAll(room.slug, 'atlantis')]).toEqual([
      404,
      JSON.stringify((await get('atlantis')).body),
    ]);
  });

  it('has it back once the ban is lifted, with who sits there by then', async () => {
    const around = await gatherAround();
    const { anna, boris, room } = around;
    await ban(around);
    // Both may have been told before the ban as well.
    const banned = boris.map(({ frames }) => frames.length);
    await anna.done('bans.lift', at(room, boris[0]));
    for (const [index, socket] of boris.entries())
      await expect
        .poll(async () => (await toldOf(socket, room, banned[index])).sort())
        .toEqual(['lobby.voiceJoined', 'room.created']);
    const from = boris.map(({ frames }) => frames.length);
    await stir(around, 'Known again');
    const all = ['lobby.activity', 'lobby.voiceJoined', 'lobby.voiceLeft', 'room.updated'];
    for (const [index, socket] of boris.entries())
      expect((await toldOf(socket, room, from[index])).sort()).toEqual(all);
  });

  it('has it back by time alone', async () => {
    const around = await gatherAround();
    const { vera, boris, room } = around;
    await ban(around, { expires_at: new Date(Date.now() + 1_000).toISOString() });
    for (const socket of boris) {
      await socket.next('room.created', ({ roomId }) => roomId === room.id);
      await socket.next(
        'lobby.voiceJoined',
        ({ roomId, userId }) => roomId === room.id && userId === vera.id,
      );
    }
  });

  it('is not told that it was closed to the public, opened again, or deleted', async () => {
    const around = await gatherAround();
    const { anna, boris, gleb, room } = around;
    await ban(around);
    const from = boris.map(({ frames }) => frames.length);
    await anna.done('rooms.update', { ...at(room), body: { is_public: false } });
    for (const socket of gleb) await socket.next('room.removed', ({ roomId }) => roomId === room.id);
    await anna.done('rooms.update', { ...at(room), body: { is_public: true } });
    for (const socket of gleb) await socket.next('room.created', ({ roomId }) => roomId === room.id);
    await anna.done('rooms.delete', at(room));
    for (const socket of gleb)
      await socket.next('room.removed', ({ roomId, reason }) => roomId === room.id && reason === 'deleted');
    for (const [index, socket] of boris.entries())
      expect(await toldOf(socket, room, from[index])).toEqual([]);
  });
});
