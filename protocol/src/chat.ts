import { z } from 'zod';
import { ErrorBody } from './errors.ts';
import { defineEvents, defineRequests } from './frames.ts';
import {
  AttachmentId,
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
import { ChatMessage, Emoji, RestMessage, ThreadSummary } from './messages.ts';
import { Member } from './presence.ts';
import { defineRoutes } from './routes.ts';

const Mentions = z
  .array(UserId)
  .max(limits.maxMentions)
  .describe('Whom the text names; who may not read the room is left out.');

export const ChatSendPayload = z
  .object({
    text: humanText(0, limits.maxChatTextLength),
    roomSlug: RoomSlug.optional().describe(
      'A room that this socket has joined; the one joined last if left out.',
    ),
    clientMessageId: ClientMessageId.optional(),
    replyTo: MessageId.optional().describe('The message of the same room that this one answers.'),
    threadRootId: MessageId.optional().describe('Write to the thread of this message.'),
    mentions: Mentions.optional(),
    mentionsEveryone: z.boolean().optional(),
    attachmentIds: z
      .array(AttachmentId)
      .max(limits.maxAttachmentsPerMessage)
      .optional()
      .describe('What the sender has uploaded to this room, in the order to be shown.'),
    seenSeq: Seq.optional().describe(
      'Up to where the sender had seen the messages of the room, or of the thread that this goes to, when they wrote. What others wrote there since then, before this arrives, stays unread to them. If left out, all that stands before the message is read with it.',
    ),
    epoch: Epoch.optional().describe(
      'The log that seenSeq belongs to. Of another log than the present one, it says nothing.',
    ),
  })
  .refine(({ text, attachmentIds }) => text.trim() !== '' || (attachmentIds ?? []).length > 0, {
    path: ['text'],
    message: 'At least 1 visible character, or an attachment',
  })
  .meta({ id: 'ChatSendPayload' });
export type ChatSendPayload = z.infer<typeof ChatSendPayload>;

/** What a message may hold beside its words. */
export const SearchContent = z.enum(['file', 'link']);
export type SearchContent = z.infer<typeof SearchContent>;

const ReactionState = z.object({
  messageId: MessageId,
  emoji: z.string(),
  isSet: z.boolean(),
  count: z.int().nonnegative().describe('How many have reacted so now.'),
});

export const chatRequests = defineRequests({
  'chat.send': {
    payload: ChatSendPayload,
    result: ChatMessage,
    summary:
      'Write to a room. The ack follows the commit, and a retry with the same clientMessageId repeats it',
  },
  'chat.edit': {
    payload: z.object({
      messageId: MessageId,
      text: humanText(1, limits.maxChatTextLength),
      mentions: Mentions.optional(),
    }),
    result: ChatMessage,
    summary: "Change one's own message",
  },
  'chat.delete': {
    payload: z.object({ messageId: MessageId }),
    result: ChatMessage,
    summary:
      "Delete one's own message, or as a moderator anybody's. Its text and attachments are gone for good",
  },
  'chat.react': {
    payload: z.object({ messageId: MessageId, emoji: Emoji, isSet: z.boolean() }),
    result: ReactionState.extend({
      revision: Seq.optional().describe(
        'The position of the last event that changed the message: with it, the log shows the reaction.',
      ),
    }),
    summary: 'Set a reaction of mine, or take it back',
  },
  'chat.pin': {
    payload: z.object({ messageId: MessageId, isPinned: z.boolean() }),
    result: ChatMessage,
    summary: 'Pin a message to its room, or unpin it',
  },
  'chat.dismissPreview': {
    payload: z.object({
      messageId: MessageId,
      url: humanText(1, limits.maxLinkLength).describe('The link, as its preview names it.'),
    }),
    result: ChatMessage,
    summary:
      "Take the preview of a link away from one's own message, or as a moderator from anybody's: for everybody and for good",
  },
  'chat.notifyTyping': {
    payload: z.object({ roomSlug: RoomSlug, threadRootId: MessageId.optional() }),
    result: z.object({}),
    summary: 'I am writing in a room that this socket has joined; nothing is stored',
  },
});

const InRoomLog = z.object({
  roomId: RoomId,
  seq: Seq.describe("This event's position in the room's log."),
  epoch: Epoch,
});

export const chatEvents = defineEvents({
  'chat.message': {
    payload: ChatMessage.extend({
      thread: ThreadSummary.optional().describe('Of a message in a thread: how its thread stands with it.'),
    }),
    summary: 'A message, to everyone in the room, the sender included',
  },
  'chat.messageChanged': {
    payload: InRoomLog.extend({
      change: z.enum(['edited', 'deleted', 'pinned', 'unpinned', 'previewed']),
      message: ChatMessage,
      rootThread: ThreadSummary.optional().describe('Of a deleted message in a thread: how that stands now.'),
    }),
    summary:
      'A message is no longer what it was: here it is whole, without its reactions. `previewed` where its previews are others, or fewer',
  },
  'chat.reactionChanged': {
    payload: InRoomLog.extend({ ...ReactionState.shape, ...Member.shape }),
    summary: 'Somebody reacted to a message, or took that back',
  },
  'chat.typing': {
    payload: z.object({ roomSlug: RoomSlug, ...Member.shape, threadRootId: MessageId.optional() }),
    summary: `Somebody else is writing; shown for ${limits.typingShownMs} ms`,
  },
});

export const HistoryCursor = z
  .string()
  .regex(/^[0-9a-f-]{36}\.[0-9]{1,15}$/, 'Use a cursor of an earlier page')
  .meta({
    id: 'HistoryCursor',
    description: 'A cursor of an earlier page; or `epoch.seq` of a message, to go on from there.',
  });

/** Leads to what stands before this message, or after it. */
export const historyCursorOf = ({ epoch, seq }: { epoch: string; seq: number }): string => `${epoch}.${seq}`;

const RoomParams = z.object({ slug: RoomSlug });
const MessageParams = z.object({ message_id: MessageId });
const pageSize = (max: number) => z.coerce.number().int().min(1).max(max).default(Math.min(50, max));

/** A flag in a query, which is text. */
const QueryFlag = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .or(z.boolean());

const readErrors = { 400: ErrorBody, 401: ErrorBody, 403: ErrorBody, 404: ErrorBody };

export const chatRoutes = defineRoutes({
  'chat.history': {
    method: 'GET',
    path: '/v1/rooms/:slug/messages',
    auth: 'bearer',
    summary:
      "A room's messages in the order they were written: the newest page, the one before or after a cursor, or the one around a message, a position or a time",
    params: RoomParams,
    query: z
      .object({
        before: HistoryCursor.optional(),
        after: HistoryCursor.optional().describe('The page that follows.'),
        around: MessageId.optional().describe('The page with this message in its middle.'),
        around_seq: z.coerce
          .number()
          .int()
          .min(0)
          .max(Number.MAX_SAFE_INTEGER)
          .optional()
          .describe('The page with this position of the log in its middle; half of it stands up to there.'),
        around_time: Timestamp.optional().describe(
          'The page with the first message of then or later in its middle; the newest page where there is none.',
        ),
        thread_root_id: MessageId.optional().describe('Only the replies in the thread of this message.'),
        without_threads: QueryFlag.optional().describe('Leave out what was written in threads.'),
        limit: pageSize(limits.maxHistoryPage),
      })
      .refine(
        ({ before, after, around, around_seq, around_time }) =>
          [before, after, around, around_seq, around_time].filter((place) => place !== undefined).length < 2,
        'Use one of before, after, around, around_seq and around_time',
      ),
    responses: {
      200: z.object({
        messages: z.array(RestMessage),
        next_cursor: HistoryCursor.nullable().describe('Leads to older messages; null where there are none.'),
        newer_cursor: HistoryCursor.nullable()
          .optional()
          .describe(
            'Of a page read by after, or around something: leads to newer messages; null where there are none.',
          ),
      }),
      ...readErrors,
    },
  },
  'chat.pins': {
    method: 'GET',
    path: '/v1/rooms/:slug/pins',
    auth: 'bearer',
    summary: "A room's pinned messages, the one pinned last first",
    params: RoomParams,
    responses: { 200: z.object({ messages: z.array(RestMessage) }), ...readErrors },
  },
  'chat.message': {
    method: 'GET',
    path: '/v1/messages/:message_id',
    auth: 'bearer',
    summary: 'One message, and the room that it is in',
    params: MessageParams,
    responses: { 200: z.object({ message: RestMessage, room_slug: RoomSlug }), ...readErrors },
  },
  'chat.reactions': {
    method: 'GET',
    path: '/v1/messages/:message_id/reactions',
    auth: 'bearer',
    summary: 'Who reacted to a message, in the order they did; a hundred of each emoji at most',
    params: MessageParams,
    responses: {
      200: z.object({
        reactions: z.array(
          z.object({
            emoji: z.string(),
            count: z.int(),
            people: z.array(z.object({ user_id: UserId, user_name: z.string() })),
          }),
        ),
      }),
      ...readErrors,
    },
  },
  'chat.search': {
    method: 'GET',
    path: '/v1/search',
    auth: 'bearer',
    summary:
      'Messages that hold all these words, in Russian or English and in any form, in the rooms that I may enter; newest first',
    query: z.object({
      query: humanText(1, limits.maxSearchLength)
        .optional()
        .describe('May be left out where a person, a time or a content is named.'),
      room_slug: RoomSlug.optional(),
      user_id: UserId.optional().describe('Only what this person wrote.'),
      sent_from: Timestamp.optional().describe('Only what was written then or later.'),
      sent_before: Timestamp.optional().describe('Only what was written earlier.'),
      has: SearchContent.optional().describe('Only what has a file, or names an address of the web.'),
      cursor: z.string().max(100).optional().describe('The next_cursor of an earlier page.'),
      limit: pageSize(limits.maxSearchPage),
    }),
    responses: {
      200: z.object({
        results: z.array(
          z.object({
            message: RestMessage,
            room_slug: RoomSlug,
            room_title: z.string(),
            snippet: z
              .array(z.object({ text: z.string(), is_match: z.boolean() }))
              .describe(
                'The part of the text that holds the words, in pieces; without words, its beginning.',
              ),
          }),
        ),
        next_cursor: z.string().nullable(),
      }),
      ...readErrors,
      429: ErrorBody,
    },
  },
});
