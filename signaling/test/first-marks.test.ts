import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, type Teammate } from './team.ts';

describe('what is unread for who has never opened a room', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const at = (room: Room, person?: Teammate) => ({
    params: { slug: room.slug, ...(person ? { user_id: person.id } : {}) },
  });
  const say = async (person: Teammate, room: Room) => {
    await person.request('room.join', { roomSlug: room.slug });
    await person.request('chat.send', { text: 'Hello', roomSlug: room.slug });
  };
  /** How many were written since they last read; null where they have read nothing. */
  const unreadOf = async (person: Teammate, room: Room): Promise<number | null> => {
    const { read, message_count } = (await person.done<{ room: Room }>('rooms.get', at(room))).room;
    return read ? (message_count ?? 0) - read.message_count : null;
  };

  type Admission = (owner: Teammate, person: Teammate, room: Room) => Promise<unknown>;
  const admissions: Record<string, Admission> = {
    'was added': (owner, person, room) =>
      owner.done('members.set', { ...at(room, person), body: { role: 'guest' } }),
    'took an invitation': async (owner, person, room) => {
      const { code } = await owner.done('invitations.create', { ...at(room), body: {} });
      await person.done('invitations.accept', { body: { code } });
    },
    'was let in on asking': async (owner, person, room) => {
      await person.done('joinRequests.create', { ...at(room), body: {} });
      await owner.done('joinRequests.decide', { ...at(room, person), body: { accept: true } });
    },
  };

  it.each(Object.entries(admissions))(
    'is, of a private room, what was written after somebody %s',
    async (_name, admit) => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna);
      await say(anna, room);
      await admit(anna, boris, room);
      expect(await unreadOf(boris, room)).toBe(0);
      await say(anna, room);
      expect(await unreadOf(boris, room)).toBe(1);
    },
  );

  it('goes on, for who comes back to a private room, from where they stopped', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']]);
    await boris.done('members.remove', at(room, boris));
    await say(anna, room);
    await anna.done('members.set', { ...at(room, boris), body: { role: 'member' } });
    expect(await unreadOf(boris, room)).toBe(1);
  });

  it('is, of a room that one has made, all that others write', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']]);
    await say(boris, room);
    expect(await unreadOf(anna, room)).toBe(1);
  });

  it('is, of a public room that is made private, what is written after that to whoever belongs to it', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const others: [Teammate, 'member'][] = [
      [boris, 'member'],
      [vera, 'member'],
    ];
    const room = await gather(anna, others, { isPublic: true });
    await vera.request('room.join', { roomSlug: room.slug });
    const { seq } = await vera.request('chat.markRead', { roomSlug: room.slug, seq: 1 });
    await say(anna, room);
    await anna.done('rooms.update', { ...at(room), body: { is_public: false } });
    expect(await boris.next('chat.readChanged')).toMatchObject({ roomId: room.id, messageCount: 1 });
    expect(await unreadOf(boris, room)).toBe(0);
    await say(anna, room);
    expect(await unreadOf(boris, room)).toBe(1);
    // Who has read it goes on from there.
    const { read } = (await vera.done<{ room: Room }>('rooms.get', at(room))).room;
    expect([read?.seq, await unreadOf(vera, room)]).toEqual([seq, 2]);
  });

  it('is nothing of a public room, whose history would greet everybody who is new', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']], { isPublic: true });
    await say(anna, room);
    expect(await unreadOf(boris, room)).toBeNull();
  });
});
