import { type ChatMessage, type Quotation, type Room, toSnakeCase } from '@boltorezka/protocol';
import { user, uuid } from './scripted-server.ts';

export const epoch = uuid(500);
export const roomId = uuid(10);
export const anna = { userId: '00000000-0000-4000-8000-00000000000a', userName: 'Anna' };
export const bob = { userId: uuid(2), userName: 'Bob' };
/** Of a message of Anna's. */
export const quotation: Quotation = {
  messageId: '00000000-0000-4000-8000-00000000000b',
  seq: 4,
  ...anna,
  text: 'who comes?',
  isDeleted: false,
};

export const roomOf = (n: number, slug: string): Room => ({
  id: uuid(n),
  slug,
  title: slug,
  is_public: true,
  created_at: '2026-01-01T00:00:00.000Z',
});

/** The same room, as `room.created` tells it. */
export const createdOf = (n: number, slug: string) => ({
  roomId: uuid(n),
  roomSlug: slug,
  roomTitle: slug,
  isPublic: true,
  createdAt: '2026-01-01T00:00:00.000Z',
});

export const message = (seq: number, fields: Partial<ChatMessage> = {}): ChatMessage => ({
  id: uuid(1_000 + seq),
  roomId,
  ...bob,
  text: `message ${seq}`,
  createdAt: '2026-01-01T00:00:00.000Z',
  seq,
  epoch,
  ...fields,
});

export const toRest = (message: ChatMessage) => toSnakeCase(message);

export const joined = (fields: object = {}) => ({
  roomId,
  roomSlug: 'general',
  roomTitle: 'General',
  seq: 0,
  epoch,
  recovered: false,
  missed: [],
  members: [{ userId: user.id, userName: user.name }],
  voice: [],
  ...fields,
});
