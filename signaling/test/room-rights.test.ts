import { randomUUID } from 'node:crypto';
import { routes } from '@boltorezka/protocol';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upload } from './files.ts';
import { type People, setScene } from './room-rights-scene.ts';
import {
  type Row,
  roles,
  rolesOfTwo,
  type Scene,
  type SceneKind,
  sceneKinds,
  table,
} from './room-rights-table.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { type Answer, createTeam, makeAdministrator } from './team.ts';

/** Not about a room that is there already, or not about anybody's right. */
const elsewhere =
  /^(server|auth|admin|realtime|inbox|blocks|pictures)\.|^(rooms\.(list|create|openDirect)|invitations\.(look|accept)|audit\.server|reports\.server)$/;

describe('a call about a room', () => {
  let server: TestServer;
  const { meet, part } = createTeam(() => server);
  const people = {} as People;
  let attachmentId: string;
  beforeAll(async () => {
    server = await startTestServer();
    for (const name of [...roles, 'victim', 'outcast', 'asker', 'administrator'] as const)
      people[name] = await meet(name);
    await makeAdministrator(server, people.administrator);
    await people.stranger.done('rooms.create', { body: { slug: 'strangers-own', title: 'Elsewhere' } });
    const picture = sharp({ create: { width: 600, height: 600, channels: 3, background: 'teal' } });
    const body = await picture.png().toBuffer();
    attachmentId = (await upload(server.url, { ...people.victim, body })).id;
  });
  afterAll(async () => {
    await part();
    await server.close();
  });

  const set = ({ name }: Pick<Row, 'name'>, kind: SceneKind, isHidden = false): Promise<Scene> => {
    const held = /^(attachments|previews)\./.test(name) ? { attachmentId } : {};
    return setScene({ db: server.database.db, people, ...held }, { kind, isHidden });
  };
  const columnsOf = (kind: SceneKind) => (kind === 'direct' || kind === 'blocked' ? rolesOfTwo : roles);

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

  it.each(table)(
    '$name $as is answered to each as far as their role goes, whatever the room is like',
    async (row) => {
      const statuses: string[] = [];
      for (const kind of sceneKinds) {
        const ofKind: number[] = [];
        for (const role of columnsOf(kind)) {
          const scene = await set(row, kind);
          ofKind.push((await people[role].call(row.name, row.call(scene))).status);
        }
        statuses.push(ofKind.join(' '));
      }
      expect(statuses.join(' | ')).toBe(row.statuses);
    },
  );

  it.each(['attachments.get', 'attachments.thumbnail'] as const)(
    '%s is answered to who has uploaded the file, whatever became of them in its room',
    async (name) => {
      const give = (userId: string) =>
        server.database.db.query('UPDATE attachments SET user_id = $2 WHERE id = $1', [attachmentId, userId]);
      for (const kind of sceneKinds)
        for (const role of columnsOf(kind)) {
          await set({ name }, kind, kind === 'private');
          await give(people[role].id);
          const { status } = await people[role].call(name, { params: { attachment_id: attachmentId } });
          expect(status, `${role}, ${kind}`).toBe(200);
        }
      await give(people.victim.id);
    },
  );

  it.each(table)(
    '$name $as is answered to an administrator who does not belong there as to a stranger',
    async (row) => {
      const scene = await set(row, 'private');
      const { status } = await people.administrator.call(row.name, row.call(scene));
      // A room can be ended by whoever answers for the server, unread.
      expect(status).toBe(row.name === 'rooms.delete' ? 200 : Number(row.statuses.split(' ')[0]));
    },
  );

  it.each(table)('$name $as says nothing of a hidden room to who is a stranger there', async (row) => {
    const scene = await set(row, 'private', true);
    const foreign = await people.stranger.call(row.name, row.call(scene));
    const none = missing(scene);
    expect(saidOf(foreign, scene)).toEqual(
      saidOf(await people.stranger.call(row.name, row.call(none)), none),
    );
    expect(foreign.status).toBe(404);
  });

  // At the door, and there alone, who is banned is told why.
  const closed = table.filter(({ name }) => name !== 'joinRequests.look');

  it.each(closed)('$name $as says nothing of a public room to who is banned from it', async (row) => {
    const scene = await set(row, 'public');
    const banned = await people.banned.call(row.name, row.call(scene));
    const none = missing(scene);
    expect(saidOf(banned, scene)).toEqual(saidOf(await people.banned.call(row.name, row.call(none)), none));
    expect(banned.status).toBe(404);
  });
});
