import type { RequestPayload, RequestResult, RequestType } from '@boltorezka/protocol';
import type { Connection } from './connection.ts';

/** Who asks, and over which socket. */
export interface RequestContext {
  connection: Connection;
  userId: string;
  userName: string;
}

export type Handler<T extends RequestType> = (
  context: RequestContext,
  payload: RequestPayload<T>,
) => Promise<RequestResult<T>>;

/** A handler for every request: one that is missing fails to compile. */
export type Handlers = { [T in RequestType]: Handler<T> };

const roomPrefix = 'room:';

/** Topics of the hub and the bus. */
export const topics = {
  room: (roomId: string) => `${roomPrefix}${roomId}`,
  /** The room whose topic it is; undefined for the others. */
  roomIdOf: (topic: string) => (topic.startsWith(roomPrefix) ? topic.slice(roomPrefix.length) : undefined),
  everyone: 'everyone',
  /** Between processes, of what somebody may not do any more; no socket reads it. */
  access: 'access',
  /** All sockets of one person. */
  user: (userId: string) => `user:${userId}`,
  /** Who sits in voice, in the rooms that everyone may enter. */
  lobby: 'lobby',
  /** The same of one private room; only its members' sockets read it. */
  lobbyOf: (roomId: string) => `lobby:${roomId}`,
};
