import type { RestMessage, Room } from '@boltorezka/protocol';
import { call, type Party } from './chat-rig.ts';
import type { TestSocket } from './test-socket.ts';

/** What people write and read in the room of their party, and how that stands then. */
export const createReaders = (party: () => Party) => ({
  say: (socket: TestSocket, text: string, more: object = {}) =>
    socket.request('chat.send', { text, roomSlug: party().room.slug, ...more }),
  mark: (socket: TestSocket, seq: number) =>
    socket.request('chat.markRead', { roomSlug: party().room.slug, seq }),
  /** As the list of rooms has it for this person. */
  standing: async (socket: TestSocket) => {
    const { body } = await call<{ room: Room }>(socket, `/v1/rooms/${party().room.slug}`);
    const { read, message_count: total = 0, unread_mention_count: mentions } = body.room;
    return { seq: read?.seq, unread: read ? total - read.message_count : null, mentions };
  },
  unreadInInbox: async (socket: TestSocket): Promise<string[]> => {
    const { body } = await call<{ entries: { message: RestMessage; is_read: boolean }[] }>(
      socket,
      '/v1/inbox',
    );
    return body.entries.flatMap(({ message, is_read }) => (is_read ? [] : [message.text]));
  },
});
