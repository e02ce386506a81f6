// A process of its own, so that its CPU time is nobody's: sends what people say, and counts what reaches them.
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Entrance } from '../../../media/bench/messages.ts';
import { readCpuTimes } from '../common/cpu-time.ts';
import type { LoadAnswer, LoadRequest } from './messages.ts';
import { openSpeaker, type Speaker } from './speaker.ts';

const packetMs = 20;
const nsPerMs = 1e6;
const receiveBufferBytes = 4 * 2 ** 20;

const answer = (message: LoadAnswer): void => {
  process.send?.(message);
};

const isRtcp = (packet: Buffer): boolean => {
  const second = packet[1] ?? 0;
  return second >= 192 && second <= 223;
};

/** The people of one room, who send in turn, evenly over the 20 ms of a packet. */
class Load {
  readonly #sockets: Socket[] = [];
  readonly #workerPid: number;
  /** By entrance, kept while rooms take turns: sequence numbers go on where they stopped. */
  readonly #speakers = new Map<number, Speaker>();
  #timer: NodeJS.Timeout | undefined;
  #received = 0;

  constructor(workerPid: number) {
    this.#workerPid = workerPid;
  }

  async listen(people: number): Promise<number[]> {
    for (let n = 0; n < people; n += 1) {
      const socket = createSocket({ type: 'udp4', recvBufferSize: receiveBufferBytes });
      socket.on('message', (packet) => {
        if (!isRtcp(packet)) this.#received += 1;
      });
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      this.#sockets.push(socket);
    }
    return this.#sockets.map((socket) => socket.address().port);
  }

  async send(entrances: Entrance[]): Promise<void> {
    clearInterval(this.#timer);
    const speakers: Speaker[] = [];
    for (const entrance of entrances) {
      const speaker = this.#speakers.get(entrance.port) ?? (await openSpeaker(entrance));
      this.#speakers.set(entrance.port, speaker);
      speakers.push(speaker);
    }
    if (speakers.length === 0) return;
    const startedAtMs = performance.now();
    const stepMs = packetMs / speakers.length;
    let count = 0;
    this.#timer = setInterval(() => {
      const due = (performance.now() - startedAtMs) / stepMs;
      for (; count < due; count += 1) speakers[count % speakers.length]?.send();
    }, 1);
  }

  look(): LoadAnswer {
    const sent = [...this.#speakers.values()].reduce((sum, speaker) => sum + speaker.sent, 0);
    const workerCpuMs = (readCpuTimes([this.#workerPid]).get(this.#workerPid) ?? 0) / nsPerMs;
    if (workerCpuMs === 0) throw new Error('The media worker is gone');
    return { type: 'look', atMs: performance.now(), sent, received: this.#received, workerCpuMs };
  }

  close(): void {
    clearInterval(this.#timer);
    for (const speaker of this.#speakers.values()) speaker.close();
    for (const socket of this.#sockets) socket.close();
  }
}

let load: Load | undefined;

const handleRequest = async (request: LoadRequest): Promise<void> => {
  if (request.type === 'listen') {
    load?.close();
    load = new Load(request.workerPid);
    answer({ type: 'listening', ports: await load.listen(request.people) });
    return;
  }
  if (!load) throw new Error('Nobody listens yet');
  if (request.type === 'look') {
    answer(load.look());
    return;
  }
  await load.send(request.entrances);
  answer({ type: 'sending' });
};

process.on('message', (request: LoadRequest) => {
  handleRequest(request).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit());
