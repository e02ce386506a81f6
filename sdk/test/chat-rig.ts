import type { ChatMessage } from '@boltorezka/protocol';
import type { Client, ClientOptions, OpenRoom } from '../src/types.ts';
import { epoch, joined, message, toRest } from './fixtures.ts';
import { createScriptedServer, type ScriptedServer, user } from './scripted-server.ts';
import { createSignedInClient } from './signed-in.ts';
import { until } from './until.ts';

const cursorAt = (message: ChatMessage | undefined) => `${epoch}.${message?.seq ?? 0}`;

/**
 * A page of the history: of as many messages on each side of a place as `pageSize` says, the place itself besides; of so many
 * before or after a cursor.
 */
const pageOf = (log: readonly ChatMessage[], query: URLSearchParams, pageSize: number) => {
  const rootId = query.get('thread_root_id') ?? undefined;
  const messages = log.filter(({ threadRootId }) => threadRootId === rootId);
  const seqOf = (name: string) => Number(query.get(name)?.split('.')[1] ?? Number.NaN);
  const around = messages.findIndex(({ id }) => id === query.get('around'));
  const after = messages.findIndex(({ seq }) => seq > seqOf('after'));
  const before = messages.findIndex(({ seq }) => seq >= seqOf('before'));
  const end = before === -1 ? messages.length : before;
  let range = { from: Math.max(0, end - pageSize), to: end };
  const time = query.get('around_time');
  const atTime = messages.findIndex(({ createdAt }) => time !== null && createdAt >= time);
  const middle = query.has('around_seq')
    ? messages.findLastIndex(({ seq }) => seq <= Number(query.get('around_seq')))
    : Math.max(around, atTime);
  const side = pageSize >> 1;
  if (query.has('around_seq') || middle !== -1)
    range = { from: Math.max(0, middle - side), to: Math.min(messages.length, middle + side + 1) };
  if (query.has('after')) {
    const from = after === -1 ? messages.length : after;
    range = { from, to: Math.min(messages.length, from + pageSize) };
  }
  const page = messages.slice(range.from, range.to);
  const isRead = ['after', 'around', 'around_seq', 'around_time'].some((name) => query.has(name));
  return {
    messages: page.map(toRest),
    next_cursor: range.from === 0 ? null : cursorAt(page[0]),
    ...(isRead && { newer_cursor: range.to === messages.length ? null : cursorAt(page.at(-1)) }),
  };
};

interface ChatRigOptions extends Partial<ClientOptions> {
  pageSize?: number;
}

/** A server with one room, whose log a test reads and writes, and a client signed in to it. */
export const createChatRig = async ({ pageSize = 2, ...options }: ChatRigOptions = {}) => {
  const server: ScriptedServer = await createScriptedServer();
  /** What the room's log holds; the newest page of it is what history answers. */
  const room = { log: [] as ChatMessage[] };
  server.rest.set('GET /v1/rooms/general/messages', ({ query }) => ({
    status: 200,
    body: pageOf(room.log, query, pageSize),
  }));
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
  const client: Client = await createSignedInClient(server, options);
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
