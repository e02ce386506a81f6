import { type ChatMessage, historyCursorOf } from '@boltorezka/protocol';
import { answer, type RouteInput, type RouteRegistrar } from '../http/route.ts';
import { toRestMessage } from '../messages/index.ts';
import type { FindRoomById, RequireInRoom, RoomForUser } from '../rooms/index.ts';
import { noSuchMessage } from './permission.ts';
import type { ChatRepository, Page, PageAsked } from './repository.ts';

export interface ChatRouteDeps {
  messages: ChatRepository;
  requireInRoom: RequireInRoom;
  findReadable: FindRoomById;
}

/** A cursor names the log it points into: one of another epoch starts over from the newest page. */
const cursorSeq = (cursor: string | undefined, epoch: string): number | undefined => {
  const [cursorEpoch, seq] = cursor?.split('.') ?? [];
  return cursorEpoch === epoch ? Number(seq) : undefined;
};

/** @throws AppError `NotFound` where the room has no such message. */
const requireOfRoom = async (
  messages: ChatRepository,
  messageId: string,
  roomId: string,
): Promise<ChatMessage> => {
  const message = await messages.byId(messageId);
  if (message?.roomId !== roomId) throw noSuchMessage();
  return message;
};

const readPage = async (
  { messages }: ChatRouteDeps,
  { room, epoch }: RoomForUser,
  { session, query }: Pick<RouteInput<'chat.history'>, 'session' | 'query'>,
): Promise<Page> => {
  const { thread_root_id: threadRootId, without_threads: withoutThreads, limit, around } = query;
  if (threadRootId !== undefined) await requireOfRoom(messages, threadRootId, room.id);
  const asked: PageAsked = {
    roomId: room.id,
    threadRootId,
    withoutThreads,
    readerId: session.user.id,
    limit,
  };
  if (around !== undefined) {
    const { seq } = await requireOfRoom(messages, around, room.id);
    return messages.pageAround(asked, seq);
  }
  if (query.around_seq !== undefined) return messages.pageAround(asked, query.around_seq);
  if (query.around_time !== undefined) return messages.pageAroundTime(asked, query.around_time);
  const afterSeq = cursorSeq(query.after, epoch);
  if (afterSeq !== undefined) return messages.pageAfter(asked, afterSeq);
  return messages.pageBefore(asked, cursorSeq(query.before, epoch));
};

/** A message that the person may read, and its room; any other answers like one that is not there. */
const requireMessage = async (
  { messages, findReadable }: ChatRouteDeps,
  messageId: string,
  readerId: string,
): Promise<{ message: ChatMessage; found: RoomForUser }> => {
  const message = await messages.byId(messageId, readerId);
  const found = message && (await findReadable(message.roomId, readerId));
  if (!message || !found) throw noSuchMessage();
  return { message, found };
};

export const registerChatRoutes = (route: RouteRegistrar, deps: ChatRouteDeps): void => {
  const { messages, requireInRoom } = deps;

  route('chat.history', async ({ session, params, query }) => {
    const found = await requireInRoom(params.slug, session.user.id, 'read');
    const page = await readPage(deps, found, { session, query });
    const cursorAt = (seq: number | undefined, isNeeded: boolean) =>
      isNeeded && seq !== undefined ? historyCursorOf({ epoch: found.epoch, seq }) : null;
    const isNewer = [query.after, query.around, query.around_seq, query.around_time].some(
      (place) => place !== undefined,
    );
    return answer(200, {
      messages: page.messages.map(toRestMessage),
      next_cursor: cursorAt(page.startSeq, page.hasOlder),
      ...(isNewer && { newer_cursor: cursorAt(page.messages.at(-1)?.seq, page.hasNewer) }),
    });
  });

  route('chat.pins', async ({ session, params }) => {
    const { room } = await requireInRoom(params.slug, session.user.id, 'read');
    const pins = await messages.pins(room.id, session.user.id);
    return answer(200, { messages: pins.map(toRestMessage) });
  });

  route('chat.message', async ({ session, params }) => {
    const { message, found } = await requireMessage(deps, params.message_id, session.user.id);
    return answer(200, { message: toRestMessage(message), room_slug: found.room.slug });
  });

  route('chat.reactions', async ({ session, params }) => {
    const { message } = await requireMessage(deps, params.message_id, session.user.id);
    return answer(200, { reactions: await messages.reactions(message.id) });
  });
};
