import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { at, type Cast, roomActions } from './room-actions.ts';
import { foldEvents, takeSnapshot } from './room-view.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, makeAdministrator } from './team.ts';

describe('what a client makes of events', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const gatherCast = async (): Promise<Cast> => {
    const [owner, moderator, member] = [await meet('Owner'), await meet('Moderator'), await meet('Member')];
    const [guest, stranger] = [await meet('Guest'), await meet('Stranger')];
    const administrator = await meet('Administrator');
    await makeAdministrator(server, administrator);
    const { slug } = await gather(owner, [
      [moderator, 'moderator'],
      [member, 'member'],
      [guest, 'guest'],
    ]);
    return { owner, moderator, member, guest, stranger, administrator, slug };
  };

  it.each(Object.entries(roomActions))('after %s is what a fresh snapshot says', async (_name, action) => {
    const cast = await gatherCast();
    const readers = action.readersOf(cast);
    const kept = await Promise.all(readers.map((reader) => takeSnapshot(reader, cast.slug)));
    await action.act(cast);
    const fresh = await Promise.all(readers.map((reader) => takeSnapshot(reader, cast.slug)));
    for (const [index, reader] of readers.entries()) {
      expect(fresh[index]!.seq).toBe(kept[index]!.seq + action.positions);
      // What the answer to the second join came after has come.
      expect(foldEvents(kept[index]!, reader)).toEqual(fresh[index]);
    }
  });

  it('is so after all of them, whoever looks', async () => {
    const cast = await gatherCast();
    const kept = await takeSnapshot(cast.owner, cast.slug);
    await cast.owner.done('members.mute', { ...at(cast, cast.member), body: { text: true, voice: true } });
    await cast.owner.done('rooms.update', { ...at(cast), body: { title: 'Last', is_public: true } });
    await cast.moderator.done('bans.set', { ...at(cast, cast.guest), body: {} });
    await cast.owner.done('members.set', { ...at(cast, cast.member), body: { role: 'moderator' } });
    await cast.owner.done('members.set', { ...at(cast, cast.stranger), body: { role: 'owner' } });
    await cast.stranger.done('members.remove', at(cast, cast.moderator));
    const fresh = await takeSnapshot(cast.owner, cast.slug);
    expect(foldEvents(kept, cast.owner)).toEqual(fresh);
  });

  it('is asked for anew where the two of a room block each other, or do so no more', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { room } = await anna.done('rooms.openDirect', { body: { user_id: boris.id } });
    const params = { user_id: boris.id };
    for (const name of ['blocks.set', 'blocks.lift'] as const) {
      const kept = await Promise.all([anna, boris].map((person) => takeSnapshot(person, room.slug)));
      await anna.done(name, { params });
      for (const [index, person] of [anna, boris].entries()) {
        const fresh = await takeSnapshot(person, room.slug);
        expect(fresh.self.isBlocked ?? false).toBe(name === 'blocks.set');
        expect(foldEvents(kept[index]!, person)).toMatchObject({ isStale: true, seq: fresh.seq });
      }
    }
  });
});
