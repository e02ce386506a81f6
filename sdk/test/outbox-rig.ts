import { createMemoryOutbox } from '../src/outbox/memory-outbox.ts';
import type { MessageEntry, OutboxStorage, OutboxTurn, OutboxTurnListener } from '../src/types/outbox.ts';
import type { Client, ClientOptions, OpenRoom } from '../src/types.ts';
import { type ChatRig, createChatRig } from './chat-rig.ts';
import { user } from './scripted-server.ts';
import { createSignedInClient } from './signed-in.ts';
import { until } from './until.ts';

/** Answers as a database does: later, and in the order it was asked. */
export const createSlowOutbox = () => {
  const memory = createMemoryOutbox();
  const asked: string[] = [];
  const later = async <T>(name: string, ask: () => T): Promise<Awaited<T>> => {
    asked.push(name);
    await new Promise((resolve) => setTimeout(resolve, 1));
    return await ask();
  };
  const storage: OutboxStorage = {
    load: (userId) => later('load', () => memory.load(userId)),
    save: (entry) => later(`save ${entry.change ? entry.change.kind : entry.text}`, () => memory.save(entry)),
    remove: (key) => later('remove', () => memory.remove(key)),
    dropBefore: (...given) => later('dropBefore', () => memory.dropBefore(...given)),
    erase: (userId) => later('erase', () => memory.erase(userId)),
  };
  return { storage, asked, kept: () => memory.load(user.id) as MessageEntry[] };
};

/** A server with one room, and no client yet: a test brings the storage that its own client starts with. */
export const createOutboxRig = async () => {
  const { client: first, ...rig } = await createChatRig();
  first.close();
  const clients: Client[] = [];
  /** Closed with the rig. */
  const own = (client: Client): Client => {
    clients.push(client);
    return client;
  };
  return {
    ...rig,
    own,
    start: async (outbox: OutboxStorage, options: Partial<ClientOptions> = {}) =>
      own(await createSignedInClient(rig.server, { ...options, outbox })),
    /** What the server has been sent. */
    written: () => rig.room.log.map(({ text }) => text),
    close: async () => {
      for (const client of clients) client.close();
      await rig.close();
    },
  };
};

export type OutboxRig = Awaited<ReturnType<typeof createOutboxRig>>;

/** A message that an earlier visit left. */
export const entry = (key: string, fields: Partial<MessageEntry> = {}): MessageEntry => ({
  key,
  userId: user.id,
  roomSlug: 'general',
  order: 1,
  createdAt: new Date().toISOString(),
  text: key,
  refusal: null,
  ...fields,
});

/** A turn that a test gives: whoever asks for it waits. */
export const turnOf =
  (turns: { listener: OutboxTurnListener | null }) =>
  (_userId: string, listener: OutboxTurnListener): OutboxTurn => {
    turns.listener = listener;
    return { take: () => undefined, announce: () => undefined, leave: () => undefined };
  };

/** Nobody is let into a room until what is returned is called. */
export const holdJoins = ({ server }: Pick<ChatRig, 'server'>): (() => void) => {
  const answer = server.handlers.get('room.join')!;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  server.handlers.set('room.join', async (payload, socket) => {
    await held;
    return answer(payload, socket);
  });
  return () => release();
};

/** Opens the room and waits for its history. */
export const enter = async (client: Client): Promise<OpenRoom> => {
  const room = client.rooms.open('general');
  await until(room.state, ({ status, loadingOlder }) => status === 'joined' && !loadingOlder);
  return room;
};
