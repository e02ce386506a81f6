import { randomUUID } from 'node:crypto';
import type { Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { upload } from './files.ts';
import { forgetReports, meetAdministrator, report, resolve, say } from './report-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, makeAdministrator, settle, type Teammate } from './team.ts';

describe('a report of a message in a room of two', () => {
  let server: TestServer;
  const { meet, again, part } = createTeam(() => server);
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterEach(async () => {
    await part();
    await forgetReports(server);
  });
  afterAll(() => server.close());

  const reportsOf = async (person: Teammate) => (await person.done('reports.server')).reports;
  const becomeAdministrator = (name: string) => meetAdministrator(server, meet, name);
  const writeToEachOther = async () => {
    const [anna, boris] = [await meet('Anna'), await meet('Boris')];
    const { room } = await anna.done<{ room: Room }>('rooms.openDirect', { body: { user_id: boris.id } });
    const secret = await say(anna, room, ['the secret of the two']);
    return { anna, boris, room, secret };
  };

  it('reaches every administrator at once, is listed for each, and is dealt with once', async () => {
    const [admin, other] = [await becomeAdministrator('One'), await becomeAdministrator('Other')];
    const { anna, boris, room } = await writeToEachOther();
    const message = await say(boris, room, ['I will find you']);
    expect((await report(anna, message.id)).status).toBe(201);
    for (const person of [admin, other])
      expect(await person.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
    const [waiting, ...more] = await reportsOf(admin);
    expect(more).toEqual([]);
    expect(waiting).toMatchObject({
      ...{ reason: 'Threats', reporter: { user_id: anna.id, user_name: 'Anna' } },
      message: { id: message.id, text: 'I will find you', user_id: boris.id },
    });
    // Said again, the words are others, and nobody is told of one more.
    await report(anna, message.id, 'Threats again');
    expect((await reportsOf(other))[0].reason).toBe('Threats again');
    expect((await resolve(other, waiting.id)).status).toBe(200);
    for (const person of [admin, other])
      expect(await person.next('moderation.serverWaiting')).toEqual({ reportCount: 0 });
    expect(await reportsOf(admin)).toEqual([]);
    const { entries } = await admin.done('audit.server', { query: { limit: 1 } });
    expect(entries[0]).toMatchObject({
      ...{ action: 'report.resolve', room_slug: null, message_id: message.id },
      target: { user_id: boris.id },
    });
    expect(JSON.stringify(entries)).not.toContain('find you');
  });

  it('waits for an administrator who comes later', async () => {
    const { anna, boris, room } = await writeToEachOther();
    await report(anna, (await say(boris, room, ['I will find you'])).id);
    const admin = await becomeAdministrator('Administrator');
    const later = await again(admin);
    await later.request('lobby.watch', {});
    expect(await later.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
  });

  it('shows that message alone: nothing else of the room is read by it', async () => {
    const admin = await becomeAdministrator('Administrator');
    const { anna, boris, room, secret } = await writeToEachOther();
    const file = await upload(server.url, {
      ...boris,
      room: room.slug,
      body: Buffer.from('a file of the two'),
    });
    const message = await say(boris, room, [
      'I will find you',
      { replyTo: secret.id, attachmentIds: [file.id] },
    ]);
    await report(anna, message.id);
    const reports = await reportsOf(admin);
    expect(reports[0].message.attachments).toMatchObject([{ name: file.name }]);
    expect(JSON.stringify(reports)).not.toContain('secret');
    expect(reports[0].message).not.toHaveProperty('reply_to');
    const asked = [
      ...(['rooms.get', 'chat.history', 'chat.pins', 'threads.list', 'members.list'] as const).map((name) =>
        admin.call(name, { params: { slug: room.slug } }),
      ),
      admin.call('reports.list', { params: { slug: room.slug } }),
      admin.call('audit.room', { params: { slug: room.slug } }),
      ...[message, secret].map(({ id }) => admin.call('chat.message', { params: { message_id: id } })),
      admin.call('attachments.get', { params: { attachment_id: file.id } }),
      admin.call('chat.search', { query: { query: 'secret', room_slug: room.slug } }),
    ];
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual(asked.map(() => 404));
    expect((await admin.done('chat.search', { query: { query: 'secret' } })).results).toEqual([]);
    expect((await admin.refused('room.join', { roomSlug: room.slug })).code).toBe('RoomNotFound');
    expect((await admin.refused('chat.delete', { messageId: message.id })).code).toBe('NotFound');
  });

  it('is nothing that anybody else hears of, lists or deals with', async () => {
    const admin = await becomeAdministrator('Administrator');
    const { anna, boris, room } = await writeToEachOther();
    const moderator = await meet('Moderator');
    await gather(moderator, [[boris, 'member']]);
    await report(anna, (await say(boris, room, ['I will find you'])).id);
    await admin.next('moderation.serverWaiting');
    const [waiting] = await reportsOf(admin);
    for (const person of [anna, boris, moderator]) {
      expect((await person.call('reports.server')).status).toBe(403);
      expect(await resolve(person, waiting.id)).toEqual(await resolve(person, randomUUID()));
      await settle(person);
      expect(person.frames.filter(({ type }) => type.startsWith('moderation.'))).toEqual([]);
    }
    expect(await reportsOf(admin)).toHaveLength(1);
    // Of another's room of two nobody reports anything.
    expect((await report(moderator, waiting.message.id)).status).toBe(404);
  });

  it('is nothing that an administrator whom it is about hears of, or deals with', async () => {
    const admin = await becomeAdministrator('Administrator');
    const { anna, boris, room } = await writeToEachOther();
    await makeAdministrator(server, boris);
    await report(anna, (await say(boris, room, ['I will find you'])).id);
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
    expect(await boris.next('moderation.serverWaiting')).toEqual({ reportCount: 0 });
    expect(await reportsOf(boris)).toEqual([]);
    const [waiting] = await reportsOf(admin);
    await resolve(boris, waiting.id);
    expect(await reportsOf(admin)).toHaveLength(1);
  });

  it('is made by either of two people of whom one has blocked the other', async () => {
    const admin = await becomeAdministrator('Administrator');
    const { anna, boris, room, secret } = await writeToEachOther();
    const message = await say(boris, room, ['I will find you']);
    await anna.done('blocks.set', { params: { user_id: boris.id } });
    expect((await report(anna, message.id)).status).toBe(201);
    expect((await report(boris, secret.id)).status).toBe(201);
    await admin.next('moderation.serverWaiting', ({ reportCount }) => reportCount === 2);
    expect(await reportsOf(admin)).toHaveLength(2);
  });
});
