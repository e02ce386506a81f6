import { register } from '../../../signaling/test/rest.ts';
import { openSocket, type TestSocket } from '../../../signaling/test/test-socket.ts';

const messageCount = 2_000;
const people = ['Anna', 'Борис', 'Clara', 'Дмитрий', 'Emma'];
const sentences = [
  'Shall we look at it **together** this afternoon?',
  'Да, давайте в три. Я принесу _заметки_.',
  'The log says `connection reset`, twice in a minute, and then nothing for an hour.\nAfter that it starts again.',
  'https://example.org/a/rather/long/link?with=parameters',
  'ok',
];

export interface FilledRoom {
  /** Of one of its people. */
  token: string;
  /** By another of them. */
  write(text: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Fills `general` with a conversation of two thousand messages. */
export const fillRoom = async (url: string): Promise<FilledRoom> => {
  const sockets: TestSocket[] = [];
  for (const name of people) sockets.push(await openSocket(url, await register(url, { name })));
  for (const socket of sockets) await socket.request('room.join', { roomSlug: 'general' });
  for (let n = 0; n < messageCount; n += 1) {
    // Three in a row by each, as people write.
    const socket = sockets[Math.floor(n / 3) % sockets.length];
    await socket?.request('chat.send', { text: `${n}. ${sentences[n % sentences.length]}` });
  }
  return {
    token: sockets[0]?.token ?? '',
    write: async (text) => sockets[1]?.request('chat.send', { text }),
    close: async () => {
      for (const socket of sockets) await socket.close();
    },
  };
};
