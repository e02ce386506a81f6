import { register } from '../../../signaling/test/rest.ts';
import { openSocket } from '../../../signaling/test/test-socket.ts';

const messageCount = 1_000;
const people = ['Anna', 'Борис', 'Clara', 'Дмитрий', 'Emma'];
const sentences = [
  'Shall we look at it **together** this afternoon?',
  'Да, давайте в три. Я принесу _заметки_.',
  'The log says `connection reset`, twice in a minute, and then nothing for an hour.\nAfter that it starts again.',
  'https://example.org/a/rather/long/link?with=parameters',
  'ok',
];

/** Fills `general` with a conversation of a thousand messages; resolves with a token of one of its people. */
export const fillRoom = async (url: string): Promise<string> => {
  const sockets = [];
  for (const name of people) sockets.push(await openSocket(url, await register(url, { name })));
  for (const socket of sockets) await socket.request('room.join', { roomSlug: 'general' });
  for (let n = 0; n < messageCount; n += 1) {
    // Three in a row by each, as people write.
    const socket = sockets[Math.floor(n / 3) % sockets.length];
    await socket?.request('chat.send', { text: `${n}. ${sentences[n % sentences.length]}` });
  }
  const token = sockets[0]?.token ?? '';
  for (const socket of sockets) await socket.close();
  return token;
};
