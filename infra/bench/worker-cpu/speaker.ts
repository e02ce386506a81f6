import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Entrance } from '../../../media/bench/messages.ts';
import { createProtect } from './srtp.ts';

const headerBytes = 12;
const payloadBytes = 100;
/** 20 ms at 48 kHz. */
const timestampStep = 960;

/** Somebody who talks: Opus as far as a forwarder looks at it. */
export interface Speaker {
  readonly sent: number;
  send(): void;
  close(): void;
}

const createPacket = ({ ssrc, payloadType }: Entrance): Buffer => {
  const packet = Buffer.alloc(headerBytes + payloadBytes, 0x55);
  packet[0] = 0x80;
  packet[1] = payloadType;
  packet.writeUInt32BE(ssrc, 8);
  return packet;
};

export const openSpeaker = async (entrance: Entrance): Promise<Speaker> => {
  const socket = createSocket('udp4');
  socket.connect(entrance.port, '127.0.0.1');
  await once(socket, 'connect');
  const packet = createPacket(entrance);
  const protect = entrance.keyBase64 === null ? undefined : createProtect(entrance.keyBase64);
  let sent = 0;
  return {
    get sent() {
      return sent;
    },
    send: () => {
      sent += 1;
      packet.writeUInt16BE(sent & 0xffff, 2);
      packet.writeUInt32BE((sent * timestampStep) % 2 ** 32, 4);
      // The bytes leave after this call returns, and the next packet is written over them.
      socket.send(protect ? protect(packet) : Buffer.from(packet));
    },
    close: () => socket.close(),
  };
};
