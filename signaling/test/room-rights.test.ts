import { randomUUID } from 'node:crypto';
import { type RouteName, routes } from '@boltorezka/protocol';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upload } from './files.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { type Answer, type Call, createTeam, makeAdministrator, type Teammate } from './team.ts';

/** Who asks, in the order of the columns below. The stranger owns a room of their own. */
const roles = ['stranger', 'banned', 'guest', 'member', 'moderator', 'owner'] as const;
type Role = (typeof roles)[number];

/** What a private room of these people holds, each time anew. */
interface Scene {
  slug: string;
  roomId: string;
  messageId: string;
  invitationId: string;
  reportId: string;
  attachmentId: string;
  previewPictureId: string;
  /** A member, somebody who is banned, and somebody who asks to be let in. */
  victimId: string;
  outcastId: string;
  askerId: string;
}

interface Row {
  name: RouteName;
  as?: string;
  call: (scene: Scene) => Call;
  /** What each of `roles` is answered. */
  statuses: string;
}

const slug = (scene: Scene) => ({ slug: scene.slug });
const to = (user_id: string) => (scene: Scene) => ({ ...slug(scene), user_id });
const victim = (scene: Scene) => to(scene.victimId)(scene);
const readers = '403 403 200 200 200 200';
const moderators = '403 403 403 403 200 200';
const owners = '403 403 403 403 403 200';

// biome-ignore format: a table is read by its columns.
const table: Row[] = [
  { name: 'rooms.get', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'rooms.update', as: 'topic', call: (s) => ({ params: slug(s), body: { topic: 'x' } }), statuses: moderators },
  { name: 'rooms.update', as: 'title', call: (s) => ({ params: slug(s), body: { title: 'Other' } }), statuses: owners },
  { name: 'rooms.update', as: 'place', call: (s) => ({ params: slug(s), body: { position: 2 } }), statuses: owners },
  { name: 'rooms.update', as: 'nothing', call: (s) => ({ params: slug(s), body: {} }), statuses: readers },
  { name: 'rooms.delete', call: (s) => ({ params: slug(s) }), statuses: owners },
  { name: 'rooms.setNotify', call: (s) => ({ params: slug(s), body: { level: 'all' } }), statuses: readers },
  { name: 'rooms.setClosed', as: 'which is not of two', call: (s) => ({ params: slug(s), body: { closed: true } }), statuses: '403 403 403 403 403 403' },
  { name: 'members.list', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'members.set', as: 'guest', call: (s) => ({ params: victim(s), body: { role: 'guest' } }), statuses: moderators },
  { name: 'members.set', as: 'moderator', call: (s) => ({ params: victim(s), body: { role: 'moderator' } }), statuses: owners },
  { name: 'members.remove', call: (s) => ({ params: victim(s) }), statuses: moderators },
  { name: 'mutes.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'members.mute', call: (s) => ({ params: victim(s), body: { text: true } }), statuses: moderators },
  { name: 'members.unmute', call: (s) => ({ params: victim(s) }), statuses: moderators },
  { name: 'bans.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'bans.set', call: (s) => ({ params: victim(s), body: {} }), statuses: moderators },
  { name: 'bans.lift', call: (s) => ({ params: to(s.outcastId)(s) }), statuses: moderators },
  { name: 'joinRequests.create', call: (s) => ({ params: slug(s), body: {} }), statuses: '201 403 409 409 409 409' },
  { name: 'joinRequests.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'joinRequests.decide', call: (s) => ({ params: to(s.askerId)(s), body: { accept: true } }), statuses: moderators },
  { name: 'people.find', call: (s) => ({ query: { room_slug: s.slug } }), statuses: readers },
  { name: 'invitations.create', call: (s) => ({ params: slug(s), body: {} }), statuses: '403 403 403 201 201 201' },
  { name: 'invitations.list', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'invitations.revoke', call: (s) => ({ params: { invitation_id: s.invitationId } }), statuses: '404 404 404 404 200 200' },
  { name: 'audit.room', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'reports.create', call: (s) => ({ params: { message_id: s.messageId }, body: { reason: 'x' } }), statuses: '404 404 201 201 201 201' },
  { name: 'reports.list', call: (s) => ({ params: slug(s) }), statuses: moderators },
  { name: 'reports.resolve', call: (s) => ({ params: { report_id: s.reportId } }), statuses: '404 404 404 404 200 200' },
  { name: 'joinRequests.look', call: (s) => ({ params: slug(s) }), statuses: '200 200 200 200 200 200' },
  { name: 'chat.history', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'chat.pins', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'threads.list', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'threads.unread', call: (s) => ({ params: slug(s) }), statuses: readers },
  { name: 'chat.message', call: (s) => ({ params: { message_id: s.messageId } }), statuses: '404 404 200 200 200 200' },
  { name: 'chat.reactions', call: (s) => ({ params: { message_id: s.messageId } }), statuses: '404 404 200 200 200 200' },
  { name: 'chat.search', call: (s) => ({ query: { query: 'x', room_slug: s.slug } }), statuses: readers },
  // No bytes at all are refused as such to who may upload.
  { name: 'attachments.upload', call: (s) => ({ params: slug(s), query: { name: 'x' } }), statuses: '403 403 403 400 400 400' },
  { name: 'attachments.get', call: (s) => ({ params: { attachment_id: s.attachmentId } }), statuses: '404 404 200 200 200 200' },
  { name: 'previews.picture', call: (s) => ({ params: { picture_id: s.previewPictureId } }), statuses: '404 404 200 200 200 200' },
  { name: 'attachments.thumbnail', call: (s) => ({ params: { attachment_id: s.attachmentId } }), statuses: '404 404 200 200 200 200' },
];

/** Not about a room that is there already, or not about anybody's right. */
const elsewhere =
  /^(server|auth|admin|realtime|inbox|blocks|pictures)\.|^(rooms\.(list|create|openDirect)|invitations\.(look|accept)|audit\.server|joinRequests\.withdraw)$/;

describe('a call about a room', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  const people = {} as Record<Role | 'victim' | 'outcast' | 'asker' | 'administrator', Teammate>;
  beforeAll(async () => {
    server = await startTestServer();
    for (const name of [...roles, 'victim', 'outcast', 'asker', 'administrator'] as const)
      people[name] = await meet(name);
    await makeAdministrator(server, people.administrator);
    await people.stranger.done('rooms.create', { body: { slug: 'strangers-own', title: 'Elsewhere' } });
  });
  afterAll(async () => {
    await part();
    await server.close();
  });

  const picture = sharp({ create: { width: 600, height: 600, channels: 3, background: 'teal' } })
    .png()
    .toBuffer();

  const setScene = async (isHidden: boolean, hasPicture = false): Promise<Scene> => {
    const ids = Array.from({ length: 5 }, () => randomUUID());
    const [roomId, messageId, invitationId, reportId, attachmentId] = ids;
    const scene = {
      ...{ roomId, messageId, invitationId, reportId, attachmentId, slug: `room-${roomId!.slice(0, 8)}` },
      previewPictureId: randomUUID(),
      ...{ victimId: people.victim.id, outcastId: people.outcast.id, askerId: people.asker.id },
    } as Scene;
    const { db } = server.database;
    await db.query(
      `INSERT INTO rooms (id, slug, title, is_public, accepts_requests, last_seq) VALUES ($1, $2, 'Room', false, $3, 1)`,
      [roomId, scene.slug, !isHidden],
    );
    const members = ['guest', 'member', 'moderator', 'owner', 'victim'] as const;
    await db.query(
      `INSERT INTO room_members (room_id, user_id, role) SELECT $1, * FROM unnest($2::uuid[], $3::text[])`,
      [roomId, members.map((name) => people[name].id), members.map((n) => (n === 'victim' ? 'member' : n))],
    );
    for (const { id } of [people.banned, people.outcast]) {
      await db.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [roomId, id]);
    }
    await db.query('INSERT INTO join_requests (room_id, user_id) VALUES ($1, $2)', [roomId, people.asker.id]);
    await db.query(
      `INSERT INTO messages (id, room_id, seq, user_id, text, created_at, ordinal, revision)
       VALUES ($1, $2, 1, $3, 'x', now(), 1, 1)`,
      [messageId, roomId, people.victim.id],
    );
    await db.query(
      `INSERT INTO reports (id, message_id, room_id, reporter_id, reason) VALUES ($1, $2, $3, $4, 'x')`,
      [reportId, messageId, roomId, people.victim.id],
    );
    await db.query('INSERT INTO invitations (id, code_hash, room_id, created_by) VALUES ($1, $2, $3, $4)', [
      ...[invitationId, Buffer.from(randomUUID()), roomId, people.owner.id],
    ]);
    if (hasPicture) {
      const { id } = await upload(server.url, { ...people.victim, room: scene.slug, body: await picture });
      await db.query('UPDATE attachments SET message_id = $2 WHERE id = $1', [id, messageId]);
      scene.attachmentId = id;
      // The same bytes do for the picture of a page.
      scene.previewPictureId = id;
      await db.query('INSERT INTO preview_pictures (id, message_id, size_bytes) VALUES ($1, $2, 1)', [
        ...[id, messageId],
      ]);
    }
    return scene;
  };

  const missing = (scene: Scene): Scene => ({
    ...scene,
    slug: `none-${scene.slug.slice(5)}`,
    ...{ roomId: randomUUID(), messageId: randomUUID(), invitationId: randomUUID(), reportId: randomUUID() },
    ...{ attachmentId: randomUUID(), previewPictureId: randomUUID() },
  });
  /** What a refusal says, whatever was asked for is called. */
  const saidOf = ({ status, body }: Answer, scene: Scene) => [
    status,
    JSON.stringify(body).replaceAll(scene.slug, '…'),
  ];

  it('is in the table for every route', () => {
    const named = new Set<string>(table.map(({ name }) => name));
    const known = Object.keys(routes).filter((name) => !elsewhere.test(name));
    expect(known.filter((name) => !named.has(name))).toEqual([]);
  });

  it.each(table)('$name $as is answered to each as far as their role goes', async (row) => {
    const statuses: number[] = [];
    for (const role of roles) {
      const scene = await setScene(false, /^(attachments|previews)\./.test(row.name));
      statuses.push((await people[role].call(row.name, row.call(scene))).status);
    }
    expect(statuses.join(' ')).toBe(row.statuses);
  });

  it.each(table)(
    '$name $as is answered to an administrator who does not belong there as to a stranger',
    async (row) => {
      const scene = await setScene(false, /^(attachments|previews)\./.test(row.name));
      const { status } = await people.administrator.call(row.name, row.call(scene));
      // A room can be ended by whoever answers for the server, unread.
      expect(status).toBe(row.name === 'rooms.delete' ? 200 : Number(row.statuses.split(' ')[0]));
    },
  );

  it.each(table)('$name $as says nothing of a hidden room to who is a stranger there', async (row) => {
    const scene = await setScene(true);
    const foreign = await people.stranger.call(row.name, row.call(scene));
    const none = missing(scene);
    expect(saidOf(foreign, scene)).toEqual(
      saidOf(await people.stranger.call(row.name, row.call(none)), none),
    );
    expect(foreign.status).toBe(404);
  });
});
