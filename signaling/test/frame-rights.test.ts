import { randomUUID } from 'node:crypto';
import { type MemberRole, type RequestType, type Room, requests } from '@boltorezka/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './start-server.ts';
import { createTeam, gather, type Teammate } from './team.ts';
import { NackError } from './test-socket.ts';

/** Who asks, in the order of the columns below. The stranger owns a room of their own; the others have joined where they may. */
const roles = ['stranger', 'banned', 'guest', 'member', 'moderator', 'owner'] as const;
type Role = (typeof roles)[number];

/** In a room of two: somebody else, and one of the two. */
const rolesOfTwo = ['stranger', 'member'] as const;

/** What the room is like; in `muted` everybody in it is silenced. */
const sceneKinds = ['private', 'public', 'archived', 'muted', 'direct'] as const;
type SceneKind = (typeof sceneKinds)[number];

interface Scene {
  roomSlug: string;
  /** A message of somebody else's, and one of the asker's own where they may write. */
  messageId: string;
  ownMessageId: string;
}

interface Row {
  type: RequestType;
  as?: string;
  payload: (scene: Scene) => object;
  /** `ack`, or the code of the nack, for each in each of `sceneKinds`, between bars; once where no room is asked about. */
  answers: string;
}

const rtpCapabilities = { codecs: [], headerExtensions: [] };
// biome-ignore-start format: each stands below the other.
//              private, public, archived, muted, direct
const readers =
  'Forbidden RoomNotFound ack ack ack ack | ack RoomNotFound ack ack ack ack | Forbidden RoomNotFound ack ack ack ack | Forbidden RoomNotFound ack ack ack ack | RoomNotFound ack';
const speakers =
  'Forbidden RoomNotFound ack ack ack ack | ack RoomNotFound ack ack ack ack | Forbidden RoomNotFound Forbidden Forbidden Forbidden Forbidden | Forbidden RoomNotFound ack ack ack ack | RoomNotFound ack';
/** Who has not joined the room writes nowhere. */
const present =
  'NoActiveRoom NoActiveRoom ack ack ack ack | ack NoActiveRoom ack ack ack ack | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom ack';
// biome-ignore-end format: as above.
const notInVoice = Array.from(roles, () => 'NotInVoice').join(' ');
const link = 'https://a.example';
const transportId = randomUUID();
const dtlsParameters = {
  role: 'client',
  fingerprints: [{ algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AB').join(':') }],
};

// biome-ignore format: a table is read by its columns.
const table: Row[] = [
  { type: 'ping', payload: () => ({}), answers: 'ack ack ack ack ack ack' },
  { type: 'lobby.watch', payload: () => ({}), answers: 'ack ack ack ack ack ack' },
  { type: 'room.join', payload: ({ roomSlug }) => ({ roomSlug, keepOthers: true }), answers: readers },
  { type: 'room.leave', payload: ({ roomSlug }) => ({ roomSlug }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound ack' },
  { type: 'chat.send', payload: ({ roomSlug }) => ({ roomSlug, text: 'x' }), answers: present },
  { type: 'chat.send', as: 'to everybody', payload: ({ roomSlug }) => ({ roomSlug, text: '@all', mentionsEveryone: true }), answers: 'NoActiveRoom NoActiveRoom Forbidden Forbidden ack ack | Forbidden NoActiveRoom Forbidden Forbidden ack ack | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom Forbidden' },
  { type: 'chat.send', as: 'a thread', payload: ({ roomSlug, messageId }) => ({ roomSlug, text: 'x', threadRootId: messageId }), answers: 'NoActiveRoom NoActiveRoom Forbidden ack ack ack | ack NoActiveRoom Forbidden ack ack ack | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom NoActiveRoom Forbidden Forbidden Forbidden Forbidden | NoActiveRoom ack' },
  { type: 'chat.send', as: 'an answer', payload: ({ roomSlug, messageId }) => ({ roomSlug, text: 'x', replyTo: messageId }), answers: present },
  { type: 'chat.edit', as: "another's", payload: ({ messageId }) => ({ messageId, text: 'y' }), answers: 'NotFound NotFound Forbidden Forbidden Forbidden Forbidden | Forbidden NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound Forbidden' },
  { type: 'chat.edit', as: 'own', payload: ({ ownMessageId }) => ({ messageId: ownMessageId, text: 'y' }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound ack' },
  { type: 'chat.delete', as: "another's", payload: ({ messageId }) => ({ messageId }), answers: 'NotFound NotFound Forbidden Forbidden ack ack | Forbidden NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound Forbidden' },
  { type: 'chat.delete', as: 'own', payload: ({ ownMessageId }) => ({ messageId: ownMessageId }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound ack' },
  { type: 'chat.dismissPreview', as: "another's", payload: ({ messageId }) => ({ messageId, url: link }), answers: 'NotFound NotFound Forbidden Forbidden ack ack | Forbidden NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden ack ack | NotFound Forbidden' },
  { type: 'chat.dismissPreview', as: 'own', payload: ({ ownMessageId }) => ({ messageId: ownMessageId, url: link }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound NotFound ack ack ack ack | NotFound ack' },
  { type: 'chat.react', payload: ({ messageId }) => ({ messageId, emoji: '👍', isSet: true }), answers: 'NotFound NotFound ack ack ack ack | ack NotFound ack ack ack ack | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound ack' },
  { type: 'chat.pin', payload: ({ messageId }) => ({ messageId, isPinned: true }), answers: 'NotFound NotFound Forbidden Forbidden ack ack | Forbidden NotFound Forbidden Forbidden ack ack | NotFound NotFound Forbidden Forbidden Forbidden Forbidden | NotFound NotFound Forbidden Forbidden ack ack | NotFound ack' },
  { type: 'chat.notifyTyping', payload: ({ roomSlug }) => ({ roomSlug }), answers: present },
  { type: 'chat.markRead', payload: ({ roomSlug }) => ({ roomSlug, seq: 1 }), answers: readers },
  { type: 'chat.markThreadRead', payload: ({ roomSlug, messageId }) => ({ roomSlug, threadRootId: messageId, seq: 1 }), answers: readers },
  { type: 'voice.prepare', payload: ({ roomSlug }) => ({ roomSlug, dtlsParameters }), answers: speakers },
  { type: 'voice.join', payload: ({ roomSlug }) => ({ roomSlug, rtpCapabilities }), answers: speakers },
  { type: 'voice.leave', as: 'not there', payload: () => ({}), answers: notInVoice },
  { type: 'voice.resume', as: 'not there', payload: () => ({ seatId: randomUUID(), muted: false, deafened: false }), answers: notInVoice },
  { type: 'voice.setMuted', as: 'not there', payload: () => ({ muted: true }), answers: notInVoice },
  { type: 'voice.setDeafened', as: 'not there', payload: () => ({ deafened: true }), answers: notInVoice },
  { type: 'voice.connectTransport', as: 'not there', payload: () => ({ transportId, dtlsParameters }), answers: notInVoice },
  { type: 'voice.restartIce', as: 'not there', payload: () => ({ transportId }), answers: notInVoice },
  { type: 'voice.getIceServers', as: 'not there', payload: () => ({}), answers: notInVoice },
  { type: 'voice.produce', as: 'not there', payload: () => ({ transportId, kind: 'audio', rtpParameters: { codecs: [{ mimeType: 'audio/opus', payloadType: 111, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [] }], headerExtensions: [], encodings: [{ ssrc: 1 }], rtcp: { cname: 'x' }, mid: '0' } }), answers: notInVoice },
];

describe('a frame about a room', () => {
  let server: TestServer;
  const rooms = {} as Record<SceneKind, Room>;
  const { meet, part } = createTeam(() => server);
  const people = {} as Record<Role | 'author', Teammate>;

  beforeAll(async () => {
    server = await startTestServer();
    for (const name of [...roles, 'author'] as const) people[name] = await meet(name);
    await gather(people.stranger);
    const { owner, moderator, member, guest, author, banned } = people;
    for (const kind of sceneKinds.slice(0, -1)) {
      const others: [Teammate, MemberRole][] = [
        [moderator, 'moderator'],
        [member, 'member'],
        [guest, 'guest'],
        [author, 'member'],
      ];
      rooms[kind] = await gather(owner, others, { isPublic: kind === 'public' });
      await owner.done('bans.set', { params: { slug: rooms[kind].slug, user_id: banned.id }, body: {} });
    }
    rooms.direct = (await member.done('rooms.openDirect', { body: { user_id: author.id } })).room;
  });
  afterAll(async () => {
    await part();
    await server.close();
  });

  const write = async (person: Teammate, room: Room): Promise<string> => {
    await person.request('room.join', { roomSlug: room.slug, keepOthers: true });
    return (await person.request('chat.send', { text: 'Something', roomSlug: room.slug })).id;
  };

  const isIn = (role: Role, kind: SceneKind) => {
    if (kind === 'public') return role !== 'banned';
    return kind === 'direct' ? role === 'member' : role !== 'stranger' && role !== 'banned';
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
    if (kind !== 'muted') return;
    await db.query('DELETE FROM room_mutes WHERE room_id = $1', [id]);
    if (isClosed)
      await db.query(
        `INSERT INTO room_mutes (room_id, user_id, text, voice)
         SELECT room_id, user_id, true, true FROM room_members WHERE room_id = $1`,
        [id],
      );
  };

  const setScene = async (role: Role, kind: SceneKind): Promise<Scene> => {
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
    const named = new Set<string>(table.map(({ type }) => type));
    expect(Object.keys(requests).filter((type) => !named.has(type))).toEqual([]);
  });

  it.each(table)(
    '$type $as is answered to each as far as their role goes, whatever the room is like',
    async (row) => {
      const answers: string[] = [];
      for (const kind of sceneKinds.slice(0, row.answers.split('|').length)) {
        const ofKind: string[] = [];
        for (const role of kind === 'direct' ? rolesOfTwo : roles) {
          const scene = await setScene(role, kind);
          if (row.as === 'not there') await answerOf(people[role], 'voice.leave', {});
          ofKind.push(await answerOf(people[role], row.type, row.payload(scene)));
        }
        answers.push(ofKind.join(' '));
      }
      expect(answers.join(' | ')).toBe(row.answers);
    },
  );

  const byMessage = table.filter(({ type }) => /^chat\.(edit|delete|dismissPreview|react|pin)$/.test(type));

  it.each(byMessage)('$type $as says of a message in a foreign room what it says of none', async (row) => {
    const scene = await setScene('stranger', 'private');
    const none = { ...scene, messageId: randomUUID(), ownMessageId: randomUUID() };
    const ask = (where: Scene) => people.stranger.refused(row.type, row.payload(where));
    expect(await ask(scene)).toEqual(await ask(none));
  });
});
