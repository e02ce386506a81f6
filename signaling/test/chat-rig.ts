import { randomUUID } from 'node:crypto';
import type { MemberRole, RestMessage, Room } from '@boltorezka/protocol';
import type { Queryable } from '../src/platform/db.ts';
import { createRoom } from './rest.ts';
import type { TestServer } from './start-server.ts';
import { openSocket, type TestSocket } from './test-socket.ts';

/** What REST answers, with its status. */
export interface RestAnswer<T> {
  status: number;
  body: T;
}

/** Calls REST as the person behind a socket, at the process that it is at. */
export const call = async <T>(
  { ws, token }: Pick<TestSocket, 'ws' | 'token'>,
  path: string,
  method = 'GET',
): Promise<RestAnswer<T>> => {
  const origin = new URL(ws.url).origin.replace('ws', 'http');
  const response = await fetch(`${origin}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, body: (await response.json()) as T };
};

export interface HistoryPage {
  messages: RestMessage[];
  next_cursor: string | null;
  newer_cursor?: string | null;
}

export const readHistory = async (
  reader: TestSocket,
  slug: string,
  query: Record<string, string> = {},
): Promise<HistoryPage> => {
  const path = `/v1/rooms/${slug}/messages?${new URLSearchParams(query)}`;
  const { status, body } = await call<HistoryPage>(reader, path);
  if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
  return body;
};

/** Somebody in a room. */
interface Place {
  roomId: string;
  userId: string;
}

/** Gives somebody a role, as a moderator would. */
export const setRole = (db: Queryable, { roomId, userId }: Place, role: MemberRole) =>
  db.query(
    `INSERT INTO room_members (room_id, user_id, role) VALUES ($1, $2, $3)
     ON CONFLICT (room_id, user_id) DO UPDATE SET role = EXCLUDED.role`,
    [roomId, userId, role],
  );

/** A ban as moderation makes one: under the room's lock, which its position takes. */
export const ban = async (tx: Queryable, { roomId, userId }: Place): Promise<void> => {
  await tx.query('UPDATE rooms SET last_seq = last_seq + 1 WHERE id = $1', [roomId]);
  await tx.query('INSERT INTO room_bans (room_id, user_id) VALUES ($1, $2)', [roomId, userId]);
};

export const muteText = (db: Queryable, { roomId, userId }: Place) =>
  db.query('INSERT INTO room_mutes (room_id, user_id, text, voice) VALUES ($1, $2, true, false)', [
    roomId,
    userId,
  ]);

/** An upload that waits to be sent. */
export const upload = async (db: Queryable, { roomId, userId }: Place, name = 'a.png'): Promise<string> => {
  const id = randomUUID();
  await db.query(
    `INSERT INTO attachments (id, room_id, user_id, name, media_type, size_bytes, width, height, has_thumbnail)
     VALUES ($1, $2, $3, $4, 'image/png', 100, 20, 10, true)`,
    [id, roomId, userId, name],
  );
  return id;
};

export interface Party {
  room: Room;
  /** Owns the room. */
  owner: TestSocket;
  moderator: TestSocket;
  member: TestSocket;
  guest: TestSocket;
  close(): Promise<void>;
}

const roles = ['moderator', 'member', 'guest'] as const;

/** A room with somebody of each role in it, joined. */
export const startParty = async (server: TestServer, isPublic = true): Promise<Party> => {
  const owner = await server.connect('Owner');
  const room = await createRoom(server.url, owner.token, { is_public: isPublic });
  const people = await Promise.all(
    roles.map(async (role) => {
      const socket = await server.connect(role);
      await setRole(server.database.db, { roomId: room.id, userId: socket.user.id }, role);
      return socket;
    }),
  );
  const [moderator, member, guest] = people as [TestSocket, TestSocket, TestSocket];
  const sockets = [owner, ...people];
  await Promise.all(sockets.map((socket) => socket.request('room.join', { roomSlug: room.slug })));
  return {
    ...{ room, owner, moderator, member, guest },
    close: async () => {
      await Promise.all(sockets.map((socket) => socket.close()));
    },
  };
};

export const at = (room: { id: string }, { user }: TestSocket): Place => ({
  roomId: room.id,
  userId: user.id,
});

/** The same person once more, in the room. */
export const joinAgain = async (
  server: TestServer,
  person: TestSocket,
  slug: string,
): Promise<TestSocket> => {
  const socket = await openSocket(server.url, person);
  await socket.request('room.join', { roomSlug: slug });
  return socket;
};

/** Where a room's log stands. */
export const positionOf = async (db: Queryable, roomId: string): Promise<number> => {
  const [row] = await db.query<{ last_seq: string }>('SELECT last_seq FROM rooms WHERE id = $1', [roomId]);
  return Number(row?.last_seq);
};
