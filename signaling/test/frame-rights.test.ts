import { randomUUID } from 'node:crypto';
import { type MemberRole, type RequestType, type Room, requests } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FrameScene, frameTable } from './frame-rights-table.ts';
import { type Role, roles, rolesOfTwo, type SceneKind, sceneKinds } from './room-rights-table.ts';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, makeAdministrator, type Teammate } from './team.ts';
import { NackError } from './test-socket.ts';

type Asker = Role | 'administrator';

const isOfTwo = (kind: SceneKind) => kind === 'direct' || kind === 'blocked';

describe('a frame about a room', () => {
  let server: TestServer;
  const rooms = {} as Record<SceneKind, Room>;
  const { meet, part } = createTeam(() => server);
  const people = {} as Record<Role | 'author' | 'administrator', Teammate>;

  beforeAll(async () => {
    server = await startTestServer();
    for (const name of [...roles, 'author', 'administrator'] as const) people[name] = await meet(name);
    await makeAdministrator(server, people.administrator);
    await gather(people.stranger);
    const { owner, moderator, member, guest, author, banned } = people;
    for (const kind of sceneKinds.filter((one) => !isOfTwo(one))) {
      const others: [Teammate, MemberRole][] = [
        [moderator, 'moderator'],
        [member, 'member'],
        [guest, 'guest'],
        [author, 'member'],
      ];
      rooms[kind] = await gather(owner, others, { isPublic: kind === 'public' });
      await owner.done('bans.set', { params: { slug: rooms[kind].slug, user_id: banned.id }, body: {} });
    }
    const { room } = await member.done('rooms.openDirect', { body: { user_id: author.id } });
    Object.assign(rooms, { direct: room, blocked: room });
  });
  afterAll(async () => {
    await part();
    await server.close();
  });

  const write = async (person: Teammate, room: Room): Promise<string> => {
    await person.request('room.join', { roomSlug: room.slug, keepOthers: true });
    return (await person.request('chat.send', { text: 'Something', roomSlug: room.slug })).id;
  };

  const isIn = (role: Asker, kind: SceneKind) => {
    if (kind === 'public') return role !== 'banned';
    if (isOfTwo(kind)) return role === 'member';
    return !['stranger', 'administrator', 'banned'].includes(role);
  };

  /** Closes the room for what is asked, or opens it for what is written before. */
  const setClosed = async (kind: SceneKind, isClosed: boolean): Promise<void> => {
    const { db } = server.database;
    const { id } = rooms[kind];
    if (kind === 'archived')
      await db.query('UPDATE rooms SET archived_at = CASE WHEN $2 THEN now() END WHERE id = $1', [
        id,
        isClosed,
      ]);
    if (isOfTwo(kind)) {
      await db.query('DELETE FROM blocks WHERE user_id = $1', [people.author.id]);
      if (kind === 'blocked' && isClosed)
        await db.query('INSERT INTO blocks (user_id, blocked_user_id) VALUES ($1, $2)', [
          ...[people.author.id, people.member.id],
        ]);
    }
    if (kind !== 'muted') return;
    await db.query('DELETE FROM room_mutes WHERE room_id = $1', [id]);
    if (isClosed)
      await db.query(
        `INSERT INTO room_mutes (room_id, user_id, text, voice)
         SELECT room_id, user_id, true, true FROM room_members WHERE room_id = $1`,
        [id],
      );
  };

  const setScene = async (role: Asker, kind: SceneKind): Promise<FrameScene> => {
    const room = rooms[kind];
    await setClosed(kind, false);
    const messageId = await write(people.author, room);
    const ownMessageId = isIn(role, kind) ? await write(people[role], room) : messageId;
    await setClosed(kind, true);
    return { roomSlug: room.slug, messageId, ownMessageId };
  };

  const answerOf = (person: Teammate, type: RequestType, payload: object): Promise<string> =>
    person.request(type, payload as never).then(
      () => 'ack',
      (error: unknown) => {
        if (error instanceof NackError) return error.payload.code;
        throw error;
      },
    );

  it('is in the table, whatever its type', () => {
    const named = new Set<string>(frameTable.map(({ type }) => type));
    expect(Object.keys(requests).filter((type) => !named.has(type))).toEqual([]);
  });

  it.each(frameTable)(
    '$type $as is answered to each as far as their role goes, whatever the room is like',
    async (row) => {
      const answers: string[] = [];
      for (const kind of sceneKinds.slice(0, row.answers.split('|').length)) {
        const ofKind: string[] = [];
        for (const role of isOfTwo(kind) ? rolesOfTwo : roles) {
          const scene = await setScene(role, kind);
          if (row.as === 'not there') await answerOf(people[role], 'voice.leave', {});
          ofKind.push(await answerOf(people[role], row.type, row.payload(scene)));
        }
        answers.push(ofKind.join(' '));
      }
      expect(answers.join(' | ')).toBe(row.answers);
    },
  );

  it.each(frameTable)('$type $as is answered to an administrator as to a stranger', async (row) => {
    const scene = await setScene('administrator', 'private');
    if (row.as === 'not there') await answerOf(people.administrator, 'voice.leave', {});
    const answered = await answerOf(people.administrator, row.type, row.payload(scene));
    expect(answered).toBe(row.answers.split(' ')[0]);
  });

  const byMessage = frameTable.filter(({ type }) =>
    /^chat\.(edit|delete|dismissPreview|react|pin)$/.test(type),
  );

  it.each(byMessage)('$type $as says of a message in a foreign room what it says of none', async (row) => {
    const scene = await setScene('stranger', 'private');
    const none = { ...scene, messageId: randomUUID(), ownMessageId: randomUUID() };
    const ask = (where: FrameScene) => people.stranger.refused(row.type, row.payload(where));
    expect(await ask(scene)).toEqual(await ask(none));
  });

  const byTransport = frameTable.filter(({ type }) =>
    /^voice\.(connectTransport|restartIce|produce)$/.test(type),
  );

  it.each(byTransport)(
    '$type of who sits in the same call says of another seat’s transport what it says of none',
    async ({ type, payload }) => {
      const scene = await setScene('member', 'private');
      const sit = async ({ request }: Teammate) =>
        request('voice.join', { roomSlug: scene.roomSlug, rtpCapabilities: { codecs: [] } });
      const { sendTransport } = await sit(people.owner);
      await sit(people.member);
      const ask = (transportId: string) =>
        people.member.refused(type, { ...payload(scene), transportId } as never);
      const refusal = await ask(sendTransport.id);
      expect(refusal).toMatchObject({ code: 'NotFound' });
      expect(refusal).toEqual(await ask(randomUUID()));
    },
  );
});
