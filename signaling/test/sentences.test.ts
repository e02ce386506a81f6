import { randomUUID } from 'node:crypto';
import type { MemberRole, Room, RoomBan, RoomMute } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import {
  actionsOf,
  at,
  createTeam,
  gather,
  makeAdministrator,
  membersOf,
  setMember,
  type Teammate,
} from './team.ts';

describe.each(['embedded', 'debian'] as const)('moderators on PostgreSQL (%s)', (postgres) => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer({ postgres });
  });
  afterEach(part);
  afterAll(() => server.close());

  describe('who is muted', () => {
    it('is so for everybody to see, until the end, or until it is lifted', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      await boris.request('room.join', { roomSlug: room.slug });
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      const body = { text: true, expires_at, reason: 'Shouting' };
      await anna.done('members.mute', { ...at(room, boris), body });
      const muted = await boris.next('room.memberChanged');
      expect(muted).toMatchObject({ change: 'muted', role: 'member', textMutedUntil: expires_at });
      expect(muted).not.toHaveProperty('voiceMutedUntil');
      expect((await boris.request('room.join', { roomSlug: room.slug })).self).toEqual({
        ...{ role: 'member', textMutedUntil: expires_at },
      });
      // Leaving and coming back does not end it.
      await anna.done('members.remove', at(room, boris));
      await setMember(anna, room, [boris, 'member']);
      const [, listed] = await membersOf(anna, room);
      expect(listed).toMatchObject({ user_id: boris.id, text_muted_until: expires_at });
      await anna.done('members.unmute', at(room, boris));
      expect((await membersOf(anna, room))[1]).not.toHaveProperty('text_muted_until');
      // Lifting what is not there is done already, and is not told.
      await anna.done('members.unmute', at(room, boris));
      expect((await actionsOf(anna, room)).slice(0, 2)).toEqual(['member.unmute', 'member.add']);
    });

    it('is so by time alone', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      const expires_at = new Date(Date.now() + 1_200).toISOString();
      await anna.done('members.mute', { ...at(room, boris), body: { text: true, voice: true, expires_at } });
      const selfOf = async () => (await boris.request('room.join', { roomSlug: room.slug })).self;
      expect(await selfOf()).toMatchObject({ textMutedUntil: expires_at, voiceMutedUntil: expires_at });
      await expect.poll(selfOf, { timeout: 5_000 }).toEqual({ role: 'member' });
    });

    it('is let speak by whoever moderates there, however high they stand by now, and never by themselves', async () => {
      const [anna, one, other] = [await meet('Anna'), await meet('One'), await meet('Other')];
      const room = await gather(anna, [
        [one, 'member'],
        [other, 'moderator'],
      ]);
      const unmute = async (by: Teammate) => (await by.call('members.unmute', at(room, one))).status;
      await other.done('members.mute', { ...at(room, one), body: { text: true } });
      await setMember(anna, room, [one, 'moderator']);
      expect(await unmute(one)).toBe(403);
      expect(await unmute(other)).toBe(200);
      const mutedOf = async () =>
        (await membersOf(anna, room)).filter((member) => 'text_muted_until' in member).length;
      expect(await mutedOf()).toBe(0);
      // Above an owner stands nobody who is sure to be there.
      await anna.done('members.mute', { ...at(room, one), body: { text: true, voice: true } });
      expect(await mutedOf()).toBe(1);
      await setMember(anna, room, [one, 'owner']);
      expect(await mutedOf()).toBe(0);
      expect((await one.request('room.join', { roomSlug: room.slug })).self).toEqual({ role: 'owner' });
    });

    it('is listed for those who moderate there: how, why, until when and by whom, page by page', async () => {
      const [anna, moderator] = [await meet('Anna'), await meet('Moderator')];
      const people = [await meet('One'), await meet('Two'), await meet('Three')] as const;
      const room = await gather(anna, [
        [moderator, 'moderator'],
        ...people.map((person): [Teammate, MemberRole] => [person, 'member']),
      ]);
      const [one, two, three] = people;
      const mute = (by: Teammate, person: Teammate, body: object) =>
        by.done('members.mute', { ...at(room, person), body });
      const expires_at = new Date(Date.now() + 3_600_000).toISOString();
      await mute(anna, one, { text: true, reason: 'Shouting', expires_at });
      await mute(moderator, two, { voice: true });
      await mute(anna, three, { text: true, voice: true, expires_at });
      await server.database.db.query('UPDATE room_mutes SET expires_at = now() WHERE user_id = $1', [
        three.id,
      ]);
      const list = async (query: Record<string, string | number> = {}) =>
        (await moderator.done<{ mutes: RoomMute[]; next_cursor: string | null }>('mutes.list', {
          ...{ ...at(room), query },
        })) as { mutes: RoomMute[]; next_cursor: string | null };
      const created_at = expect.any(String);
      const ofOne = {
        ...{ user_id: one.id, user_name: 'One', text: true, voice: false, reason: 'Shouting' },
        ...{ created_at, expires_at, muted_by: { user_id: anna.id, user_name: 'Anna' } },
      };
      const ofTwo = {
        ...{ user_id: two.id, user_name: 'Two', text: false, voice: true, reason: '', created_at },
        ...{ expires_at: null, muted_by: { user_id: moderator.id, user_name: 'Moderator' } },
      };
      expect(await list()).toEqual({ mutes: [ofOne, ofTwo], next_cursor: null });
      const first = await list({ limit: 1 });
      expect(first.mutes).toEqual([ofOne]);
      expect(await list({ limit: 1, cursor: first.next_cursor ?? '' })).toEqual({
        ...{ mutes: [ofTwo], next_cursor: null },
      });
      // Whose account is gone is nobody by name.
      await server.database.db.query(`UPDATE users SET deleted_at = now(), name = '' WHERE id = $1`, [
        anna.id,
      ]);
      expect((await list()).mutes[0]?.muted_by).toBeNull();
      await moderator.done('members.unmute', at(room, one));
      expect((await list()).mutes).toEqual([ofTwo]);
    });

    it('stands below who mutes them, and is in the room at all', async () => {
      const [anna, moderator, stranger] = [
        await meet('Anna'),
        await meet('Moderator'),
        await meet('Stranger'),
      ];
      const room = await gather(anna, [[moderator, 'moderator']]);
      const mute = async (by: Teammate, person: { id: string }, body: object = { text: true }) =>
        (await by.call('members.mute', { ...at(room, person), body })).status;
      expect(await mute(moderator, anna)).toBe(403);
      expect(await mute(moderator, moderator)).toBe(403);
      expect(await mute(stranger, moderator)).toBe(403);
      expect(await mute(anna, stranger)).toBe(404);
      expect(await mute(anna, moderator, {})).toBe(400);
      expect(await mute(anna, moderator, { text: true, expires_at: new Date(0).toISOString() })).toBe(400);
    });
  });

  describe('who is banned', () => {
    const ban = (by: Teammate, room: Room, [person, body = {}]: [{ id: string }, object?]) =>
      by.call('bans.set', { ...at(room, person), body });
    const bansOf = async (person: Teammate, room: Room) =>
      (await person.done<{ bans: RoomBan[] }>('bans.list', at(room))).bans;

    it('is out, hears why, and does not come in again by any door', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']], { isPublic: true });
      const { code } = await anna.done('invitations.create', { ...at(room), body: {} });
      for (const person of [anna, boris]) await person.request('room.join', { roomSlug: room.slug });
      expect((await ban(anna, room, [boris, { reason: 'Spam' }])).status).toBe(200);
      expect(await boris.next('room.removed')).toMatchObject({ reason: 'banned', note: 'Spam' });
      expect(await anna.next('room.memberChanged')).toMatchObject({
        ...{ userId: boris.id, change: 'banned', role: null },
      });
      const refusal = await boris.refused('room.join', { roomSlug: room.slug });
      expect(refusal.code).toBe('RoomNotFound');
      const doors = [
        await boris.call('chat.history', at(room)),
        await boris.call('rooms.get', at(room)),
        await boris.call('members.list', at(room)),
        await boris.call('joinRequests.create', { ...at(room), body: {} }),
      ];
      for (const { status, body } of doors) {
        expect([status, body.message]).toEqual([404, refusal.message]);
      }
      expect((await boris.call('invitations.accept', { body: { code } })).status).toBe(404);
      const { rooms } = await boris.done('rooms.list');
      expect(rooms.map(({ id }: Room) => id)).not.toContain(room.id);
      expect(await bansOf(anna, room)).toMatchObject([
        { user_id: boris.id, reason: 'Spam', expires_at: null },
      ]);
      await anna.done('bans.lift', at(room, boris));
      expect(await boris.next('room.created', ({ roomId }) => roomId === room.id)).toBeTruthy();
      expect((await boris.request('room.join', { roomSlug: room.slug })).self).toEqual({ role: 'member' });
      expect((await actionsOf(anna, room)).slice(0, 2)).toEqual(['member.unban', 'member.ban']);
    });

    it('may be somebody who is no member, and stands below who bans them', async () => {
      const [anna, moderator, stranger] = [
        await meet('Anna'),
        await meet('Moderator'),
        await meet('Stranger'),
      ];
      const admin = await meet('Administrator');
      await makeAdministrator(server, admin);
      const room = await gather(anna, [[moderator, 'moderator']], { isPublic: true });
      expect((await ban(moderator, room, [stranger])).status).toBe(200);
      expect((await ban(moderator, room, [anna])).status).toBe(403);
      expect((await ban(anna, room, [admin])).status).toBe(403);
      expect((await ban(anna, room, [{ id: randomUUID() }])).status).toBe(404);
      expect((await ban(stranger, room, [moderator])).status).toBe(404);
      expect((await stranger.call('bans.list', at(room))).status).toBe(404);
      expect((await ban(anna, room, [stranger, { expires_at: new Date(0).toISOString() }])).status).toBe(400);
    });

    it('is let in again by time alone', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [], { isPublic: true });
      await ban(anna, room, [boris, { expires_at: new Date(Date.now() + 1_000).toISOString() }]);
      expect((await boris.call('rooms.get', at(room))).status).toBe(404);
      await expect
        .poll(async () => (await boris.call('rooms.get', at(room))).status, { timeout: 5_000 })
        .toBe(200);
      expect(await bansOf(anna, room)).toEqual([]);
    });

    it('leaves no word of the last day, where that is asked for, and all of it is told in order', async () => {
      const [anna, boris] = [await meet('Anna'), await meet('Boris')];
      const room = await gather(anna, [[boris, 'member']]);
      for (const person of [anna, boris]) await person.request('room.join', { roomSlug: room.slug });
      const send = (person: Teammate, text: string) =>
        person.request('chat.send', { text, roomSlug: room.slug });
      const old = await send(boris, 'long ago');
      const { db } = server.database;
      await db.query(`UPDATE messages SET created_at = now() - interval '2 days' WHERE id = $1`, [old.id]);
      const sent = [];
      for (let n = 0; n < 205; n += 1) sent.push(await send(boris, `spam ${n}`));
      const mine = await send(anna, 'mine stays');
      await ban(anna, room, [boris, { delete_messages: true }]);
      const told = [];
      for (const { id } of sent) {
        told.push(await anna.next('chat.messageChanged', ({ message }) => message.id === id));
      }
      expect(told.every(({ change, message }) => change === 'deleted' && message.text === '')).toBe(true);
      expect(told.every(({ seq, message }) => message.revision === seq && message.deletedAt)).toBe(true);
      // The ban took the position after the last message, and each deletion one more.
      expect(told.map(({ seq }) => seq)).toEqual(sent.map((_, n) => mine.seq + 2 + n));
      const rows = await db.query<{ text: string }>(
        `SELECT text FROM messages WHERE room_id = $1 AND text <> ''`,
        [room.id],
      );
      expect(rows.map(({ text }) => text).sort()).toEqual(['long ago', 'mine stays']);
      const { seq } = await anna.request('room.join', { roomSlug: room.slug });
      expect(seq).toBe(told.at(-1)!.seq);
    });
  });
});
