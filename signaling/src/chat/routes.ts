import type { ChatMessage, RestMessage } from '@boltorezka/protocol';
import { answer, type RouteRegistrar } from '../http/route.ts';
import type { RequireInRoom } from '../rooms/index.ts';
import type { ChatRepository } from './repository.ts';

export interface ChatRouteDeps {
  messages: ChatRepository;
  requireInRoom: RequireInRoom;
}

const toRest = (message: ChatMessage): RestMessage => ({
  id: message.id,
  room_id: message.roomId,
  user_id: message.userId,
  user_name: message.userName,
  text: message.text,
  created_at: message.createdAt,
  seq: message.seq,
  epoch: message.epoch,
  ...(message.clientMessageId === undefined ? {} : { client_message_id: message.clientMessageId }),
});

/** A cursor names the log it points into: one of another epoch starts over from the newest page. */
const cursorSeq = (cursor: string | undefined, epoch: string): number | undefined => {
  const [cursorEpoch, seq] = cursor?.split('.') ?? [];
  return cursorEpoch === epoch ? Number(seq) : undefined;
};

export const registerChatRoutes = (
  route: RouteRegistrar,
  { messages, requireInRoom }: ChatRouteDeps,
): void => {
  route('chat.history', async ({ session, params, query }) => {
    const { room, epoch } = await requireInRoom(params.slug, session.user.id, 'read');
    // One more than asked for tells whether there is another page.
    const page = await messages.pageBefore(room.id, cursorSeq(query.before, epoch), query.limit + 1);
    const shown = page.slice(-query.limit);
    const oldest = shown[0];
    const next_cursor = page.length > query.limit && oldest ? `${epoch}.${oldest.seq}` : null;
    return answer(200, { messages: shown.map(toRest), next_cursor });
  });
};
