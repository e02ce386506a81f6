import { randomUUID } from 'node:crypto';
import { nowUs } from '../common/clock.ts';
import { stampedText } from '../common/holder-messages.ts';
import { openLeanSocket } from '../common/lean-socket.ts';

export interface Sender {
  /** Sends chat messages in one go, and resolves with the milliseconds until the ack of each. */
  send(count: number): Promise<number[]>;
  close(): void;
}

/** One person who writes to a room. */
export const openSender = async (options: {
  url: string;
  token: string;
  roomSlug: string;
  textLength: number;
}): Promise<Sender> => {
  const { url, token, roomSlug, textLength } = options;
  const socket = openLeanSocket({ url, token, localAddress: '127.0.0.1', onText: () => {} });
  const ask = async (requestId: string): Promise<void> => {
    const answer = await socket.waitFor(requestId);
    if (!answer.includes('"ack"')) throw new Error(`the server refused: ${answer}`);
  };
  await socket.waitFor('"server.capabilities"');
  const requestId = randomUUID();
  const joined = ask(requestId);
  socket.send([{ type: 'room.join', requestId, payload: { roomSlug } }]);
  await joined;
  return {
    send: (count) => {
      const sentAtUs = nowUs();
      const text = stampedText(sentAtUs, textLength);
      const ids = Array.from({ length: count }, () => randomUUID());
      const acked = ids.map(async (id) => {
        await ask(id);
        return (nowUs() - sentAtUs) / 1_000;
      });
      socket.send(ids.map((id) => ({ type: 'chat.send', requestId: id, payload: { text } })));
      return Promise.all(acked);
    },
    close: () => socket.close(),
  };
};
