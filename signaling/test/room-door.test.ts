import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, settle, type Teammate } from './team.ts';

let server: TestServer;
const { meet, again, part } = createTeam(() => server);
beforeAll(async () => {
  server = await startTestServer();
});
afterEach(part);
afterAll(() => server.close());

const look = (person: Teammate, room: { slug: string }) => person.call('joinRequests.look', at(room));

describe('at the door of a private room', () => {
  it('a stranger is told what it is, and what they have asked', async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const room = await gather(anna);
    await anna.done('rooms.update', { ...at(room), body: { topic: 'Plans' } });
    const closed = { room_title: room.title, topic: 'Plans', standing: 'closed', ban: null };
    expect((await look(boris, room)).body).toEqual({ door: { ...closed, request: null } });
    await boris.done('joinRequests.create', { ...at(room), body: { text: 'May I?' } });
    expect((await look(boris, room)).body.door).toMatchObject({ ...closed, request: { text: 'May I?' } });
    await anna.done('joinRequests.decide', { ...at(room, boris), body: { accept: true } });
    expect((await look(boris, room)).body.door).toMatchObject({ standing: 'open', request: null });
  });

  it('who was banned is told why and until when, and nobody else is', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [[boris, 'member']]);
    const expires_at = new Date(Date.now() + 60_000).toISOString();
    await anna.done('rooms.update', { ...at(room), body: { topic: 'Plans' } });
    await anna.done('bans.set', { ...at(room, boris), body: { reason: 'Noise', expires_at } });
    expect((await look(boris, room)).body.door).toMatchObject({
      ...{ standing: 'banned', topic: '' },
      ban: { reason: 'Noise', expires_at },
    });
    expect((await look(vera, room)).body.door).toMatchObject({ standing: 'closed', ban: null });
  });

  it('a hidden room is as if there were none, also to who was banned from it', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [[boris, 'member']]);
    await anna.done('rooms.update', { ...at(room), body: { accepts_requests: false } });
    await anna.done('bans.set', { ...at(room, boris), body: {} });
    const none = await look(vera, { slug: 'atlantis' });
    expect(none.status).toBe(404);
    for (const person of [boris, vera]) {
      const answer = await look(person, room);
      expect(answer.status).toBe(404);
      expect(answer.body.message.replace(room.slug, 'atlantis')).toBe(none.body.message);
    }
  });
});

describe('what waits for moderators', () => {
  it('is told when they look at the list of rooms, and to them alone', async () => {
    const [anna, moderator, member] = [await meet('Anna'), await meet('Moderator'), await meet('Member')];
    const boris = await meet('Boris');
    const room = await gather(anna, [
      [moderator, 'moderator'],
      [member, 'member'],
    ]);
    await boris.done('joinRequests.create', { ...at(room), body: {} });
    for (const person of [anna, moderator]) {
      const later = await again(person);
      await later.request('lobby.watch', {});
      expect(await later.next('moderation.waiting', ({ roomId }) => roomId === room.id)).toMatchObject({
        joinRequestCount: 1,
      });
    }
    const outsider = await again(member);
    await outsider.request('lobby.watch', {});
    await settle(outsider);
    expect(outsider.frames.filter(({ type }) => type === 'moderation.waiting')).toEqual([]);
  });
});
