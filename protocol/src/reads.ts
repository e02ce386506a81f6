import { z } from 'zod';
import { Done } from './done.ts';
import { ErrorBody } from './errors.ts';
import { defineEvents, defineRequests } from './frames.ts';
import { MessageId, RoomId, RoomSlug, Seq, Timestamp } from './ids.ts';
import { limits } from './limits.ts';
import { ChatMessage, RestMessage } from './messages.ts';
import { defineRoutes } from './routes.ts';

/** Up to where somebody has read a room. Unread is the room's messageCount less this one's. */
export const ReadState = z
  .object({
    roomId: RoomId,
    roomSlug: RoomSlug,
    seq: Seq,
    messageCount: z
      .int()
      .nonnegative()
      .describe(
        'How many of the room’s own messages stand up to there; with those of this person behind it.',
      ),
    roomMessageCount: z
      .int()
      .nonnegative()
      .optional()
      .describe(
        'How many the room held when that was counted: at least so many. Said where some of this person’s stand behind `seq`.',
      ),
    unreadMentionCount: z
      .int()
      .nonnegative()
      .describe('What the inbox holds of this room and nobody has read.'),
  })
  .meta({ id: 'ReadState' });
export type ReadState = z.infer<typeof ReadState>;

const UnreadReplies = z
  .int()
  .nonnegative()
  .max(limits.maxUnreadReplies)
  .describe(`Replies of others behind it; of more than ${limits.maxUnreadReplies} that many.`);

/** Up to where somebody has read a thread: the room's own position says nothing of it. */
export const ThreadReadState = z
  .object({
    roomId: RoomId,
    roomSlug: RoomSlug,
    threadRootId: MessageId,
    seq: Seq,
    unreadCount: UnreadReplies,
  })
  .meta({ id: 'ThreadReadState' });
export type ThreadReadState = z.infer<typeof ThreadReadState>;

const InboxKind = z
  .enum(['mention', 'everyone', 'reply', 'thread'])
  .describe('Named; named as one of everybody; answered; written to a thread that this person writes in.');

export const InboxEntry = z
  .object({
    kind: InboxKind,
    roomId: RoomId,
    roomSlug: RoomSlug,
    roomTitle: z.string(),
    message: ChatMessage,
    createdAt: Timestamp,
    isRead: z.boolean(),
  })
  .meta({ id: 'InboxEntry' });
export type InboxEntry = z.infer<typeof InboxEntry>;

export const readRequests = defineRequests({
  'chat.markRead': {
    payload: z.object({ roomSlug: RoomSlug, seq: Seq }),
    result: ReadState,
    summary: 'I have read this room up to here; what is behind the last such mark changes nothing',
  },
  'chat.markThreadRead': {
    payload: z.object({
      roomSlug: RoomSlug,
      threadRootId: MessageId.describe('The message that the thread began with.'),
      seq: Seq,
    }),
    result: ThreadReadState,
    summary: 'I have read this thread up to here. Marks of the room leave its threads alone, and the reverse',
  },
});

export const readEvents = defineEvents({
  'chat.readChanged': {
    payload: ReadState,
    summary: 'This person has read a room further; to all sockets of theirs',
  },
  'chat.threadReadChanged': {
    payload: ThreadReadState,
    summary: 'This person has read a thread further; to all sockets of theirs',
  },
  'inbox.added': {
    payload: InboxEntry,
    summary: 'Somebody named this person or answered them; to all sockets of theirs',
  },
});

const readErrors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 404: ErrorBody };

export const readRoutes = defineRoutes({
  'inbox.list': {
    method: 'GET',
    path: '/v1/inbox',
    auth: 'bearer',
    summary: 'Where I was named or answered, newest first',
    query: z.object({
      cursor: z.string().max(100).optional().describe('The next_cursor of an earlier page.'),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    responses: {
      200: z.object({
        entries: z.array(
          z.object({
            kind: InboxKind,
            room_id: RoomId,
            room_slug: RoomSlug,
            room_title: z.string(),
            message: RestMessage,
            created_at: Timestamp,
            is_read: z.boolean(),
          }),
        ),
        unread_count: z.int().nonnegative(),
        next_cursor: z.string().nullable(),
      }),
      400: ErrorBody,
      401: ErrorBody,
    },
  },
  'inbox.markAllRead': {
    method: 'POST',
    path: '/v1/inbox/read',
    auth: 'bearer',
    summary: 'I have seen all that the inbox holds',
    responses: { 200: Done, 401: ErrorBody },
  },
  'threads.list': {
    method: 'GET',
    path: '/v1/rooms/:slug/threads',
    auth: 'bearer',
    summary: "A room's threads, the one answered last first",
    params: z.object({ slug: RoomSlug }),
    query: z.object({
      cursor: z.string().max(100).optional().describe('The next_cursor of an earlier page.'),
      limit: z.coerce.number().int().min(1).max(100).default(50),
    }),
    responses: {
      200: z.object({
        threads: z.array(z.object({ root: RestMessage, read_seq: Seq, unread_count: UnreadReplies })),
        next_cursor: z.string().nullable(),
      }),
      ...readErrors,
    },
  },
  'threads.unread': {
    method: 'GET',
    path: '/v1/rooms/:slug/threads/unread',
    auth: 'bearer',
    summary: `Which threads of a room hold replies that I have not read, of the ${limits.maxUnreadThreads} answered last`,
    params: z.object({ slug: RoomSlug }),
    responses: {
      200: z.object({
        threads: z.array(z.object({ thread_root_id: MessageId, read_seq: Seq, unread_count: UnreadReplies })),
      }),
      ...readErrors,
    },
  },
});
