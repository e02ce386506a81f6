import type { Report, Room } from '@boltorezka/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { upload } from './files.ts';
import { waitForLockWaiters } from './lock-waiters.ts';
import { forgetReports, meetAdministrator, resolve, say } from './report-rig.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { at, createTeam, gather, setMember, settle, type Teammate } from './team.ts';

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

const report = (person: Teammate, message_id: string, reason = 'Threats') =>
  person.done('reports.create', { params: { message_id }, body: { reason } });
const reportsOf = async (person: Teammate, room: Room): Promise<Report[]> =>
  (await person.done('reports.list', { params: { slug: room.slug } })).reports;
const becomeAdministrator = () => meetAdministrator(server, meet);
const keptTexts = async () =>
  (await server.database.db.query<{ text: string }>('SELECT reported_text AS text FROM reports')).map(
    ({ text }) => text,
  );

describe('what was reported', () => {
  /** Boris has written something to Anna's room, with a file, and Vera has reported it. */
  const reportBoris = async () => {
    const [anna, boris, vera] = [await meet('Anna'), await meet('Boris'), await meet('Vera')];
    const room = await gather(anna, [
      [boris, 'member'],
      [vera, 'member'],
    ]);
    const body = Buffer.from('a file');
    const file = await upload(server.url, { ...boris, room: room.slug, name: 'threat.txt', body });
    const message = await say(boris, room, ['I will find you', { attachmentIds: [file.id] }]);
    await report(vera, message.id);
    return { anna, boris, vera, room, message };
  };
  const asReported = { text: 'I will find you', attachment_names: ['threat.txt'] };

  it('is not said twice while the message says the same', async () => {
    const { anna, room } = await reportBoris();
    expect((await reportsOf(anna, room))[0]).not.toHaveProperty('as_reported');
  });

  it('is told anew where it is reported again while somebody deals with it', async () => {
    const { anna, vera, room, message } = await reportBoris();
    await anna.next('moderation.waiting', ({ reportCount }) => reportCount === 1);
    const { db } = server.database;
    const again = await db.transaction(async (tx) => {
      await tx.query('UPDATE reports SET resolved_at = now(), reported_text = NULL');
      const said = report(vera, message.id, 'Once more');
      await waitForLockWaiters(db, 1);
      return { said };
    });
    await again.said;
    expect(await anna.next('moderation.waiting')).toMatchObject({ roomId: room.id, reportCount: 1 });
    // Who says it in other words while it waits has nobody told.
    await report(vera, message.id, 'In other words');
    await settle(anna);
    expect(anna.frames.filter(({ type }) => type === 'moderation.waiting')).toHaveLength(2);
    expect(await reportsOf(anna, room)).toMatchObject([{ reason: 'In other words' }]);
  });

  it('is there for moderators after its author has written something else, or has deleted it', async () => {
    const { anna, boris, vera, room, message } = await reportBoris();
    await boris.request('chat.edit', { messageId: message.id, text: 'Have a nice day' });
    // Whoever says it again does not make it what it is now.
    await report(vera, message.id, 'And now they hide it');
    expect(await reportsOf(anna, room)).toMatchObject([
      { as_reported: asReported, message: { text: 'Have a nice day' }, reason: 'And now they hide it' },
    ]);
    await boris.request('chat.delete', { messageId: message.id });
    expect(await reportsOf(anna, room)).toMatchObject([{ as_reported: asReported, message: { text: '' } }]);
  });

  it('is there after the ban that it led to, and is gone once it is dealt with', async () => {
    const { anna, boris, vera, room, message } = await reportBoris();
    const params = { slug: room.slug, user_id: boris.id };
    await anna.done('bans.set', { params, body: { delete_messages: true } });
    const [waiting] = await reportsOf(anna, room);
    expect(waiting).toMatchObject({ as_reported: asReported, message: { id: message.id, text: '' } });
    expect((await resolve(anna, waiting!.id)).status).toBe(200);
    expect(await keptTexts()).toEqual([null]);
    // What was deleted is reported no more.
    const again = { params: { message_id: message.id }, body: { reason: 'Again' } };
    expect((await vera.call('reports.create', again)).status).toBe(404);
  });

  it('is kept anew where it is reported after it was dealt with', async () => {
    const { anna, boris, vera, room, message } = await reportBoris();
    await resolve(anna, (await reportsOf(anna, room))[0]!.id);
    await boris.request('chat.edit', { messageId: message.id, text: 'I know where you live' });
    await report(vera, message.id);
    expect(await keptTexts()).toEqual(['I know where you live']);
  });

  it('goes with the account of who wrote it, where all that they wrote does; else it stays', async () => {
    const admin = await becomeAdministrator();
    const { anna, boris, room } = await reportBoris();
    const gone = (person: Teammate, erase_messages: boolean) =>
      admin.done('admin.deleteUser', { params: { user_id: person.id }, body: { erase_messages } });
    const other = await meet('Gleb');
    await anna.done('members.set', {
      ...{ params: { slug: room.slug, user_id: other.id }, body: { role: 'member' } },
    });
    const { id } = await say(other, room, ['Gleb was here']);
    await report(anna, id);
    await gone(other, false);
    await gone(boris, true);
    expect((await keptTexts()).sort()).toEqual(['Gleb was here', null]);
    expect(await reportsOf(anna, room)).toHaveLength(2);
  });
});

describe('a report of the only one who could deal with it', () => {
  const serverReports = async (person: Teammate): Promise<Report[]> =>
    (await person.done('reports.server')).reports;

  it('is for administrators, who see that message alone, and deal with it', async () => {
    const [admin, anna, boris] = [await becomeAdministrator(), await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [[boris, 'member']]);
    await say(anna, room, ['the secret of the room']);
    const message = await say(anna, room, ['I will find you']);
    await report(boris, message.id);
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
    const [waiting] = await serverReports(admin);
    expect(waiting).toMatchObject({ message: { id: message.id }, reporter: { user_id: boris.id } });
    expect(await reportsOf(anna, room)).toEqual([]);
    expect((await admin.call('chat.history', { params: { slug: room.slug } })).status).toBe(403);
    expect((await admin.call('reports.list', { params: { slug: room.slug } })).status).toBe(403);
    expect((await resolve(anna, waiting!.id)).status).toBe(404);
    expect(await serverReports(admin)).toHaveLength(1);
    expect((await resolve(admin, waiting!.id)).status).toBe(200);
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 0 });
    // Of what was reported about them nothing is told in their room.
    const { entries } = await anna.done('audit.room', { params: { slug: room.slug }, query: { limit: 100 } });
    expect(entries.map(({ action }: { action: string }) => action)).not.toContain('report.resolve');
  });

  it('is for whoever else moderates there, as long as they can', async () => {
    const [admin, anna, boris, vera] = [
      ...[await becomeAdministrator(), await meet('Anna'), await meet('Boris'), await meet('Vera')],
    ] as const;
    const room = await gather(anna, [
      [boris, 'member'],
      [vera, 'moderator'],
    ]);
    await report(boris, (await say(anna, room, ['I will find you'])).id);
    await vera.next('moderation.waiting', ({ reportCount }) => reportCount === 1);
    const [waiting] = await reportsOf(vera, room);
    expect(await serverReports(admin)).toEqual([]);
    expect((await resolve(admin, waiting!.id)).status).toBe(404);
    await anna.done('bans.set', { params: { slug: room.slug, user_id: vera.id }, body: {} });
    expect(await serverReports(admin)).toMatchObject([{ id: waiting!.id }]);
    await anna.done('bans.lift', { params: { slug: room.slug, user_id: vera.id } });
    expect(await serverReports(admin)).toEqual([]);
  });

  it('waits for administrators, and for the room no more, once it is said again when nobody else is left', async () => {
    const [admin, anna, mia, vera] = [
      ...[await becomeAdministrator(), await meet('Anna'), await meet('Mia'), await meet('Vera')],
    ] as const;
    const room = await gather(anna, [
      [mia, 'moderator'],
      [vera, 'moderator'],
    ]);
    const message = await say(anna, room, ['I will find you']);
    await report(mia, message.id);
    await mia.next('moderation.waiting', ({ reportCount }) => reportCount === 1);
    await setMember(anna, room, [vera, 'member']);
    await report(mia, message.id, 'They have sent Vera away');
    expect(await mia.next('moderation.waiting')).toMatchObject({ reportCount: 0 });
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
  });

  it('stays with administrators whoever moderates later, whatever becomes of the room', async () => {
    const [admin, anna, boris] = [await becomeAdministrator(), await meet('Anna'), await meet('Boris')];
    const other = await meet('Another account of Anna');
    const room = await gather(anna, [[boris, 'member']]);
    const message = await say(anna, room, ['I will find you']);
    await report(boris, message.id);
    await admin.next('moderation.serverWaiting', ({ reportCount }) => reportCount === 1);
    await setMember(anna, room, [other, 'moderator']);
    const [waiting] = await serverReports(admin);
    expect(waiting).toMatchObject({ message: { id: message.id } });
    expect(await reportsOf(other, room)).toEqual([]);
    expect((await resolve(other, waiting!.id)).status).toBe(404);
    const vera = await meet('Vera');
    await vera.done('joinRequests.create', { ...at(room), body: {} });
    expect(await other.next('moderation.waiting')).toMatchObject({ joinRequestCount: 1, reportCount: 0 });
    const later = await again(other);
    await later.request('lobby.watch', {});
    expect(await later.next('moderation.waiting')).toMatchObject({ joinRequestCount: 1, reportCount: 0 });
    await anna.done('rooms.update', { ...at(room), body: { is_public: true } });
    expect(await serverReports(admin)).toHaveLength(1);
    expect(await reportsOf(admin, room)).toEqual([]);
    expect((await resolve(admin, waiting!.id)).status).toBe(200);
    // Said again after it was dealt with, it is theirs again.
    await report(boris, message.id);
    expect(await serverReports(admin)).toHaveLength(1);
    expect(await reportsOf(other, room)).toEqual([]);
  });

  it('is for administrators where nobody but who made it could, and they stand below its author', async () => {
    const [admin, anna, mia] = [await becomeAdministrator(), await meet('Anna'), await meet('Mia')];
    const room = await gather(anna, [[mia, 'moderator']]);
    await report(mia, (await say(anna, room, ['I will find you'])).id);
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
    expect(await reportsOf(mia, room)).toEqual([]);
    expect((await resolve(mia, (await serverReports(admin))[0]!.id)).status).toBe(404);
    // Of the moderator, their owner deals with it.
    await report(anna, (await say(mia, room, ['Go away'])).id);
    expect(await reportsOf(anna, room)).toHaveLength(1);
    expect(await serverReports(admin)).toHaveLength(1);
  });

  it('is told to both as dealt with, where it became the administrators’ as well', async () => {
    const [admin, anna, mia] = [await becomeAdministrator(), await meet('Anna'), await meet('Mia')];
    const vera = await meet('Vera');
    const room = await gather(anna, [
      [mia, 'moderator'],
      [vera, 'moderator'],
    ]);
    await report(mia, (await say(anna, room, ['I will find you'])).id);
    await mia.next('moderation.waiting', ({ reportCount }) => reportCount === 1);
    await anna.done('bans.set', { ...at(room, vera), body: {} });
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 1 });
    expect(await reportsOf(mia, room)).toHaveLength(1);
    expect((await resolve(admin, (await serverReports(admin))[0]!.id)).status).toBe(200);
    expect(await admin.next('moderation.serverWaiting')).toEqual({ reportCount: 0 });
    expect(await mia.next('moderation.waiting')).toMatchObject({ reportCount: 0 });
  });

  it('of a public room is for its moderators, whom administrators are among', async () => {
    const [admin, anna, boris] = [await becomeAdministrator(), await meet('Anna'), await meet('Boris')];
    const room = await gather(anna, [], { isPublic: true });
    await report(boris, (await say(anna, room, ['I will find you'])).id);
    expect(await serverReports(admin)).toEqual([]);
    expect(await reportsOf(admin, room)).toHaveLength(1);
  });
});
