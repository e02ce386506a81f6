// A process of its own with little to do: takes the time of what reaches one person, and of what reaches them directly.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { nowUs } from '../common/clock.ts';
import type { Delays, ReceiverAnswer, ReceiverRequest } from './messages.ts';
import { serve } from './serve.ts';
import { pathOf, readAgeUs } from './stamp.ts';

const createReceiver = () => {
  let socket: Socket | undefined;
  let received = 0;
  let delaysUs: Delays = { direct: [], worker: [] };
  const onPacket = (packet: Buffer): void => {
    const atUs = nowUs();
    const path = pathOf(packet);
    if (!path) return;
    received += 1;
    delaysUs[path].push(readAgeUs(packet, atUs));
  };
  return {
    listen: async () => {
      socket?.close();
      socket = createSocket('udp4', onPacket);
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return socket.address().port;
    },
    take: () => {
      const taken = delaysUs;
      delaysUs = { direct: [], worker: [] };
      return taken;
    },
    count: () => received,
  };
};

const receiver = createReceiver();

serve<ReceiverRequest, ReceiverAnswer>(async ({ type }) => {
  switch (type) {
    case 'listen':
      return { type: 'listening', port: await receiver.listen() };
    case 'take':
      return { type: 'delays', delaysUs: receiver.take() };
    case 'count':
      return { type: 'count', received: receiver.count() };
    default:
      return type satisfies never;
  }
});
