import type { AccountExport, Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, settle, type Teammate } from './team.ts';

describe('a private room', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(part);
  afterAll(() => server.close());

  const change = (owner: Teammate, room: Room, body: object) =>
    owner.done('rooms.update', { ...at(room), body });
  const gatherHidden = async (owner: Teammate, ...others: Teammate[]) => {
    const room = await gather(
      owner,
      others.map((one) => [one, 'member']),
    );
    await change(owner, room, { accepts_requests: false });
    return room;
  };
  const ban = (owner: Teammate, room: Room, person: Teammate) =>
    owner.done('bans.set', { ...at(room, person), body: { reason: 'A plan' } });
  const accountOf = async (person: Teammate) =>
    (await person.done<AccountExport>('auth.export')).account as NonNullable<AccountExport['account']>;

  it('that bans somebody who has nothing to do with it tells them nothing, nor does their export', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gatherHidden(anna);
    await boris.request('lobby.watch', {});
    await ban(anna, room, boris);
    await anna.done('bans.lift', at(room, boris));
    await ban(anna, room, boris);
    await settle(boris);
    expect(JSON.stringify([boris.frames, await accountOf(boris)])).not.toContain(room.slug);
    // They are banned for all that.
    expect((await anna.call('members.set', { ...at(room, boris), body: { role: 'member' } })).status).toBe(
      409,
    );
    await change(anna, room, { is_public: true });
    await vera.next('room.created', ({ roomId }) => roomId === room.id);
    await settle(boris);
    expect(JSON.stringify(boris.frames)).not.toContain(room.slug);
  });

  it('that bans who belonged to it, or has asked to be let in, tells them', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const hidden = await gatherHidden(anna, boris);
    await ban(anna, hidden, boris);
    expect(await boris.next('room.removed')).toMatchObject({ reason: 'banned', note: 'A plan' });
    expect(await accountOf(boris)).toMatchObject({
      bans: [{ room_slug: hidden.slug, reason: 'A plan' }],
      decisions: [{ action: 'member.add' }, { action: 'member.ban', room_slug: hidden.slug }],
    });
    const open = await gather(anna);
    await vera.done('joinRequests.create', { ...at(open), body: {} });
    await ban(anna, open, vera);
    expect(await vera.next('room.removed')).toMatchObject({ roomId: open.id, reason: 'banned' });
    expect((await accountOf(vera)).bans).toMatchObject([{ room_slug: open.slug }]);
  });

  it('is not called by its present title in the export of who may not read it', async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [[boris, 'member']]);
    const closed = await gather(anna, [], { isPublic: true });
    await vera.request('room.join', { roomSlug: closed.slug });
    await anna.request('room.join', { roomSlug: closed.slug });
    await anna.request('chat.send', { roomSlug: closed.slug, text: 'Read this' });
    await vera.request('chat.markRead', { roomSlug: closed.slug, seq: 1 });
    const titlesOf = async (person: Teammate) =>
      (await accountOf(person)).memberships.map(({ room_title }) => room_title);
    expect(await titlesOf(boris)).toEqual([room.title]);
    expect(await titlesOf(vera)).toEqual([closed.title]);
    await anna.done('members.remove', at(room, boris));
    await change(anna, closed, { is_public: false });
    for (const one of [room, closed]) await change(anna, one, { title: 'A secret' });
    for (const person of [boris, vera]) expect(await titlesOf(person)).toEqual(['']);
    await anna.done('members.set', { ...at(room, boris), body: { role: 'member' } });
    expect(await titlesOf(boris)).toEqual(['A secret']);
    await ban(anna, room, boris);
    expect(await titlesOf(boris)).toEqual(['']);
  });
});
