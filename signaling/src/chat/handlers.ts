import { randomUUID } from 'node:crypto';
import { AppError, type ChatMessage } from '@boltorezka/protocol';
import type { KeyedBuckets } from '../platform/token-bucket.ts';
import type { Connection } from '../ws/connection.ts';
import { type Handlers, topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import type { MessageWriter } from './writer.ts';

export interface ChatHandlerDeps {
  writer: MessageWriter;
  publish: Publish;
  /** By person, whatever the number of sockets. */
  sendBuckets: KeyedBuckets;
  /** After the commit; what it begins is not waited for. */
  onWritten: (message: ChatMessage) => void;
}

/** @throws AppError `NoActiveRoom` where the socket is in no room, or not in the one named. */
const targetRoom = (connection: Connection, roomSlug: string | undefined): string => {
  const rooms = [...connection.rooms];
  const entry = roomSlug === undefined ? rooms.at(-1) : rooms.find(([, { slug }]) => slug === roomSlug);
  if (!entry) {
    throw new AppError('NoActiveRoom', 'Join the room first: send room.join with its roomSlug.');
  }
  return entry[0];
};

export const createChatHandlers = ({ writer, publish, sendBuckets, onWritten }: ChatHandlerDeps) =>
  ({
    'chat.send': async ({ connection, userId, userName }, { text, roomSlug, clientMessageId }) => {
      const roomId = targetRoom(connection, roomSlug);
      const bucket = sendBuckets.of(userId);
      if (!bucket.take()) {
        const retryAfterMs = bucket.retryAfterMs();
        throw new AppError('RateLimited', 'You write too fast; wait a moment and send it again.', {
          retryAfterMs,
        });
      }
      const entry = { id: randomUUID(), roomId, userId, userName, text, clientMessageId };
      const { message, isRetry } = await writer.write(entry);
      // A retry was published when it was written; whoever retried missed only the answer.
      if (!isRetry) {
        onWritten(message);
        publish(topics.room(roomId), { type: 'chat.message', payload: message });
      }
      return message;
    },
  }) satisfies Partial<Handlers>;
