import { randomUUID } from 'node:crypto';
import { AppError, type ChatMessage, type ReadState, type RequestPayload } from '@boltorezka/protocol';
import { spend } from '../platform/token-bucket.ts';
import type { InboxAddition, PersonRead } from '../reads/index.ts';
import type { RequireInRoom } from '../rooms/index.ts';
import type { Connection } from '../ws/connection.ts';
import { type Handlers, type RequestContext, topics } from '../ws/context.ts';
import type { Publish } from '../ws/publisher.ts';
import type { MessageChange, MessageChanges } from './changes.ts';
import type { ChatLimits } from './limits.ts';
import type { MessageNews, RoomActivity, Written } from './new-message.ts';
import type { ThreadRoots } from './thread-roots.ts';
import type { MessageWriter } from './writer.ts';

export interface ChatHandlerDeps {
  writer: MessageWriter;
  changes: MessageChanges;
  publish: Publish;
  requireInRoom: RequireInRoom;
  chatLimits: ChatLimits;
  threadRoots: ThreadRoots;
  /** A message was written, and is told to the room. */
  onWritten: (message: ChatMessage) => void;
  /** A message's text is another now. */
  onEdited: (message: ChatMessage) => void;
  /** The first message of a room of two was written. */
  onDirectBegun: (message: ChatMessage) => void;
  /** The room has one message of its own more. */
  onActivity: (activity: RoomActivity) => void;
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

const publishInbox = (publish: Publish, additions: InboxAddition[]): void => {
  for (const { userId, entry } of additions)
    publish(topics.user(userId), { type: 'inbox.added', payload: entry });
};

const publishReads = (publish: Publish, reads: PersonRead[]): void => {
  for (const { userId, state } of reads)
    publish(topics.user(userId), { type: 'chat.readChanged', payload: state });
};

/** Tells its sender's other sockets what they have read by writing. */
const tellRead = (
  publish: Publish,
  { message, news }: { message: ChatMessage; news: MessageNews },
  roomSlug: string,
): void => {
  const { roomId, threadRootId } = message;
  const topic = topics.user(message.userId);
  const tellRoom = (payload: ReadState) => publish(topic, { type: 'chat.readChanged', payload });
  if (news.read) {
    const { seq, messageCount, unreadMentionCount } = news.read;
    tellRoom({ roomId, roomSlug, seq, messageCount, unreadMentionCount });
  }
  if (news.readOfThread && threadRootId !== undefined) {
    const payload = { roomId, roomSlug, threadRootId, ...news.readOfThread };
    publish(topic, { type: 'chat.threadReadChanged', payload });
  }
  if (news.readOfRoom) tellRoom(news.readOfRoom);
};

/** Tells people what is theirs alone: what the message has read, what it has put into inboxes, and how many there are then. */
const tellPeople = (
  publish: Publish,
  { message, news }: { message: ChatMessage; news: MessageNews },
  roomSlug: string,
): void => {
  tellRead(publish, { message, news }, roomSlug);
  publishInbox(publish, news.inbox);
  publishReads(publish, news.reads ?? []);
};

/**
 * Tells again what has no position, and so is made up for by nothing else; an entry of an inbox before how many there are.
 * The room finds a message that it was not told of by its position.
 */
const tellRetried = (
  { publish, onActivity }: ChatHandlerDeps,
  { message, news }: { message: ChatMessage; news: MessageNews },
  roomSlug: string,
): void => {
  tellPeople(publish, { message, news }, roomSlug);
  if (news.activity) onActivity(news.activity);
};

/** Tells everybody whom a new message concerns. */
const tellWritten = (
  { publish, onWritten, onDirectBegun, onActivity }: ChatHandlerDeps,
  { message, news }: Written,
  roomSlug: string,
): void => {
  const thread = news?.thread;
  const payload = thread ? { ...message, thread } : message;
  publish(topics.room(message.roomId), { type: 'chat.message', payload });
  if (news?.beginsDirect) onDirectBegun(message);
  if (news) tellPeople(publish, { message, news }, roomSlug);
  const reopened = { roomId: message.roomId, roomSlug, isClosed: false };
  for (const userId of news?.reopenedFor ?? [])
    publish(topics.user(userId), { type: 'direct.closedChanged', payload: reopened });
  if (news?.activity) onActivity(news.activity);
  onWritten(message);
};

const send = async (
  deps: ChatHandlerDeps,
  { connection, userId }: RequestContext,
  { roomSlug, ...content }: RequestPayload<'chat.send'>,
): Promise<ChatMessage> => {
  const roomId = targetRoom(connection, roomSlug);
  const slug = connection.rooms.get(roomId)?.slug ?? '';
  spend(deps.chatLimits.send, userId, 'You write too fast; wait a moment and send it again.');
  const { clientMessageId, ...rest } = content;
  const written = await deps.writer.write({ ...rest, clientMessageId, id: randomUUID(), roomId, userId });
  if (!written.isRetry) tellWritten(deps, written, slug);
  else if (written.news) tellRetried(deps, { message: written.message, news: written.news }, slug);
  return written.message;
};

const tellChanged = ({ publish }: ChatHandlerDeps, { message, event, inbox, reads }: MessageChange): void => {
  if (event) publish(topics.room(message.roomId), { type: 'chat.messageChanged', payload: event });
  publishInbox(publish, inbox ?? []);
  publishReads(publish, reads ?? []);
};

const notifyTyping = async (
  { publish, requireInRoom, chatLimits, threadRoots }: ChatHandlerDeps,
  { connection, userId, userName }: RequestContext,
  { roomSlug, threadRootId }: RequestPayload<'chat.notifyTyping'>,
): Promise<void> => {
  const roomId = targetRoom(connection, roomSlug);
  spend(chatLimits.typing, userId, 'You say too often that you write; once in three seconds is enough.');
  await requireInRoom(roomSlug, userId, 'write');
  if (threadRootId !== undefined) await threadRoots.require(threadRootId, roomId);
  // Whoever has left meanwhile does not write there.
  if (!connection.rooms.has(roomId)) return;
  const payload = { roomSlug, userId, userName, ...(threadRootId === undefined ? {} : { threadRootId }) };
  publish(topics.room(roomId), { type: 'chat.typing', payload }, { exceptUserId: userId });
};

const tooFast = 'You change messages too fast; wait a moment and try again.';

export const createChatHandlers = (deps: ChatHandlerDeps) => {
  const { changes, chatLimits } = deps;
  return {
    'chat.send': (context, payload) => send(deps, context, payload),

    'chat.edit': async ({ userId, userName }, payload) => {
      spend(chatLimits.edit, userId, tooFast);
      const change = await changes.edit({ userId, userName }, payload);
      tellChanged(deps, change);
      if (change.event) deps.onEdited(change.message);
      return change.message;
    },

    'chat.delete': async ({ userId, userName }, payload) => {
      spend(chatLimits.delete, userId, tooFast);
      const change = await changes.remove({ userId, userName }, payload);
      deps.threadRoots.forget(change.message.id);
      tellChanged(deps, change);
      return change.message;
    },

    'chat.pin': async ({ userId, userName }, payload) => {
      spend(chatLimits.pin, userId, tooFast);
      const change = await changes.pin({ userId, userName }, payload);
      tellChanged(deps, change);
      return change.message;
    },

    'chat.dismissPreview': async ({ userId, userName }, payload) => {
      spend(chatLimits.dismissPreview, userId, tooFast);
      const change = await changes.dismissPreview({ userId, userName }, payload);
      tellChanged(deps, change);
      return change.message;
    },

    'chat.react': async ({ connection, userId }, payload) => {
      spend(chatLimits.react, userId, 'You react too fast; wait a moment and try again.');
      const { userName } = connection.identity;
      const { result, event } = await changes.react({ userId, userName }, payload);
      if (event) deps.publish(topics.room(event.roomId), { type: 'chat.reactionChanged', payload: event });
      return result;
    },

    'chat.notifyTyping': async (context, payload) => {
      await notifyTyping(deps, context, payload);
      return {};
    },
  } satisfies Partial<Handlers>;
};
