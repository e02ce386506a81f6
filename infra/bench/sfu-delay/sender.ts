// A process of its own: sends stamped packets for many speakers. It sleeps in a call that knows parts of a millisecond,
// which timers do not.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Entrance } from '../../../media/bench/messages.ts';
import { createProtect } from '../worker-cpu/srtp.ts';
import type { SenderAnswer, SenderRequest } from './messages.ts';
import { drawMoments, type Moment } from './moments.ts';
import { serve } from './serve.ts';
import { stamp } from './stamp.ts';

const packetMs = 20;
const headerBytes = 12;
const payloadBytes = 100;

interface StampedSpeaker {
  readonly sent: number;
  send(): void;
}

const createPacket = ({ ssrc, payloadType }: Entrance): Buffer => {
  const packet = Buffer.alloc(headerBytes + payloadBytes, 0x55);
  packet[0] = 0x80;
  packet[1] = payloadType;
  packet.writeUInt32BE(ssrc, 8);
  return packet;
};

const openStampedSpeaker = async (entrance: Entrance): Promise<StampedSpeaker> => {
  const socket = createSocket('udp4');
  socket.connect(entrance.port, '127.0.0.1');
  await once(socket, 'connect');
  const protect = entrance.keyBase64 === null ? undefined : createProtect(entrance.keyBase64);
  let sent = 0;
  return {
    get sent() {
      return sent;
    },
    send: () => {
      sent += 1;
      const packet = createPacket(entrance);
      packet.writeUInt16BE(sent & 0xffff, 2);
      stamp(packet);
      socket.send(protect ? protect(packet) : packet);
    },
  };
};

const createSleep = () => {
  const neverChanged = new Int32Array(new SharedArrayBuffer(4));
  return (untilMs: number): void => {
    const leftMs = untilMs - performance.now();
    if (leftMs > 0) Atomics.wait(neverChanged, 0, 0, leftMs);
  };
};

const createSender = () => {
  /** Kept while others send: sequence numbers go on where they stopped. */
  const speakers = new Map<string, StampedSpeaker>();
  const sleep = createSleep();
  let next: NodeJS.Immediate | undefined;
  const keyOf = ({ port, ssrc }: Entrance) => `${port} ${ssrc}`;
  const open = async (entrance: Entrance) => {
    const speaker = speakers.get(keyOf(entrance)) ?? (await openStampedSpeaker(entrance));
    speakers.set(keyOf(entrance), speaker);
    return speaker;
  };
  const talk = (talking: StampedSpeaker[]): void => {
    let periodAtMs = performance.now() - packetMs;
    let moments: Moment[] = [];
    const step = () => {
      if (moments.length === 0) {
        // What is late for longer than a period is left out: nobody talks faster to make up for it.
        periodAtMs = Math.max(periodAtMs + packetMs, performance.now() - packetMs);
        moments = drawMoments(talking.length, packetMs).reverse();
      }
      const moment = moments.pop();
      if (!moment) return;
      sleep(periodAtMs + moment.afterMs);
      talking[moment.index]?.send();
      // Between two packets the loop looks whether the parent asks something.
      next = setImmediate(step);
    };
    step();
  };
  return {
    send: async (entrances: Entrance[]) => {
      clearImmediate(next);
      const talking = [];
      for (const entrance of entrances) talking.push(await open(entrance));
      talk(talking);
    },
    count: (entrances: Entrance[]) =>
      entrances.reduce((sum, entrance) => sum + (speakers.get(keyOf(entrance))?.sent ?? 0), 0),
  };
};

const sender = createSender();

serve<SenderRequest, SenderAnswer>(async (request) => {
  if (request.type === 'count') return { type: 'count', sent: sender.count(request.entrances) };
  await sender.send(request.entrances);
  return { type: 'sending' };
});
