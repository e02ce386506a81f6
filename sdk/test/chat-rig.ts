import type { ChatMessage } from '@boltorezka/protocol';
import type { Client, OpenRoom } from '../src/types.ts';
import { epoch, joined, message, toRest } from './fixtures.ts';
import { createScriptedServer, type ScriptedServer, user } from './scripted-server.ts';
import { createSignedInClient } from './signed-in.ts';
import { until } from './until.ts';

/** A server with one room, whose log a test reads and writes, and a client signed in to it. */
export const createChatRig = async () => {
  const server: ScriptedServer = await createScriptedServer();
  /** What the room's log holds; the newest page of it is what history answers. */
  const room = { log: [] as ChatMessage[] };
  server.rest.set('GET /v1/rooms/general/messages', ({ query }) => {
    const { log } = room;
    const before = query.get('before');
    const end = before === null ? log.length : Number(before.split('.')[1]);
    const page = log.slice(Math.max(0, end - 2), end);
    const next_cursor = end > 2 ? `${epoch}.${end - 2}` : null;
    return { status: 200, body: { messages: page.map(toRest), next_cursor } };
  });
  server.handlers.set('room.join', () => ({ ack: joined({ seq: room.log.length }) }));
  server.handlers.set('room.leave', ({ roomSlug }) => ({ ack: { roomSlug } }));
  server.handlers.set('chat.send', ({ text, clientMessageId }) => {
    const { log } = room;
    const own = { userId: user.id, userName: user.name, text, clientMessageId } as Partial<ChatMessage>;
    const known = log.find((one) => one.clientMessageId === clientMessageId);
    if (!known) log.push(message(log.length + 1, own));
    return { ack: known ?? log.at(-1) };
  });
  let lists = 0;
  server.rest.set('GET /v1/rooms', () => {
    lists += 1;
    return { status: 200, body: { rooms: [] } };
  });
  const client: Client = await createSignedInClient(server);
  return {
    server,
    client,
    room,
    /** Opens the room and waits for its history. */
    open: async (): Promise<OpenRoom> => {
      const opened = client.rooms.open('general');
      await until(opened.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
      return opened;
    },
    timesListed: () => lists,
    requestsOf: (type: string) => server.requests.filter((request) => request.type === type),
    close: async () => {
      client.close();
      await server.close();
    },
  };
};

export type ChatRig = Awaited<ReturnType<typeof createChatRig>>;

export const texts = (room: OpenRoom): string[] => room.state.get().messages.map(({ text }) => text);
