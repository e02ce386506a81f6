import { z } from 'zod';
import { ErrorBody } from './errors.ts';
import { defineEvents, defineRequests } from './frames.ts';
import {
  ClientMessageId,
  Epoch,
  humanText,
  MessageId,
  RoomId,
  RoomSlug,
  Seq,
  Timestamp,
  UserId,
} from './ids.ts';
import { limits } from './limits.ts';
import { defineRoutes } from './routes.ts';

export const ChatMessage = z
  .object({
    id: MessageId,
    roomId: RoomId,
    userId: UserId,
    userName: z.string(),
    text: z.string(),
    createdAt: Timestamp,
    seq: Seq,
    epoch: Epoch,
    clientMessageId: ClientMessageId.optional(),
  })
  .meta({ id: 'ChatMessage' });
export type ChatMessage = z.infer<typeof ChatMessage>;

export const ChatSendPayload = z
  .object({
    text: humanText(1, limits.maxChatTextLength),
    roomSlug: RoomSlug.optional().describe(
      'A room that this socket has joined; the one joined last if left out.',
    ),
    clientMessageId: ClientMessageId.optional(),
  })
  .meta({ id: 'ChatSendPayload' });

export const chatRequests = defineRequests({
  'chat.send': {
    payload: ChatSendPayload,
    result: ChatMessage,
    summary:
      'Write to a room. The ack follows the commit, and a retry with the same clientMessageId repeats it',
  },
});

export const chatEvents = defineEvents({
  'chat.message': {
    payload: ChatMessage,
    summary: 'A message, to everyone in the room, the sender included',
  },
});

/** The REST form of a message: v1 names REST fields in snake_case. */
export const RestMessage = z
  .object({
    id: MessageId,
    room_id: RoomId,
    user_id: UserId,
    user_name: z.string(),
    text: z.string(),
    created_at: Timestamp,
    seq: Seq,
    epoch: Epoch,
    client_message_id: ClientMessageId.optional(),
  })
  .meta({ id: 'RestMessage' });
export type RestMessage = z.infer<typeof RestMessage>;

export const HistoryCursor = z
  .string()
  .regex(/^[0-9a-f-]{36}\.[0-9]{1,15}$/, 'Use the next_cursor of an earlier page')
  .meta({ id: 'HistoryCursor', description: 'Opaque: the next_cursor of an earlier page.' });

export const chatRoutes = defineRoutes({
  'chat.history': {
    method: 'GET',
    path: '/v1/rooms/:slug/messages',
    auth: 'bearer',
    summary: "A room's messages, newest page first, each page in the order they were written",
    params: z.object({ slug: RoomSlug }),
    query: z.object({
      before: HistoryCursor.optional(),
      limit: z.coerce.number().int().min(1).max(limits.maxHistoryPage).default(50),
    }),
    responses: {
      200: z.object({
        messages: z.array(RestMessage),
        next_cursor: HistoryCursor.nullable().describe('Leads to older messages; null where there are none.'),
      }),
      400: ErrorBody,
      401: ErrorBody,
      403: ErrorBody,
      404: ErrorBody,
    },
  },
});
