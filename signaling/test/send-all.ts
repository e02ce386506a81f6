import type { TestSocket } from './test-socket.ts';

/** Sends so many texts, no more at once than a socket may. */
export const sendAll = async (socket: TestSocket, roomSlug: string, texts: string[]): Promise<void> => {
  for (let from = 0; from < texts.length; from += 50) {
    const batch = texts.slice(from, from + 50);
    await Promise.all(batch.map((text) => socket.request('chat.send', { roomSlug, text })));
  }
};
