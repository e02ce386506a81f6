import { randomBytes } from 'node:crypto';
import type { Entrance, ForwarderAnswer, ForwarderRequest, GcmSuite } from '../../../media/bench/messages.ts';
import { createCleanup } from '../common/cleanup.ts';
import { type HelperProcess, startHelper } from '../worker-cpu/helper-process.ts';
import type { LoadAnswer, LoadRequest } from '../worker-cpu/messages.ts';
import type { Mode } from '../worker-cpu/report.ts';
import { coreOf, pin, type Role, readCores } from './cores.ts';
import type { ReceiverAnswer, ReceiverRequest, SenderAnswer, SenderRequest } from './messages.ts';

export const roomSize = 20;
/** Talk in the room of the person whose packets are timed; that person and the rest listen. */
export const timedTalkers = 10;
/** More rooms than any worker forwards at half load: 152,000 packets a second, where all talk. */
const loadRooms = 8;

/** What Chromium and the worker agree on. */
export const cryptoSuite: GcmSuite = 'AEAD_AES_256_GCM';
/** Master key and salt of that suite. */
const keyBytes = 44;

type Sender = HelperProcess<SenderRequest, SenderAnswer>;

/** One media worker with rooms, and the processes that send to it and receive from it. */
export interface Stage {
  workerPid: number;
  load: HelperProcess<LoadRequest, LoadAnswer>;
  loadSender: Sender;
  probeSender: Sender;
  receiver: HelperProcess<ReceiverRequest, ReceiverAnswer>;
  /** Of those who may talk to make the load. */
  loadEntrances: Entrance[];
  /** Of those whose packets are timed, through the worker and directly. */
  timed: { worker: Entrance[]; direct: Entrance[] };
  close(): Promise<void>;
}

interface Started {
  next(type: 'ready'): Promise<{ pid: number }>;
}

/** Waits until it runs, and keeps it on its core from then on. */
const pinStarted = async (started: Started, role: Role): Promise<void> => {
  const { pid } = await started.next('ready');
  pin(pid, coreOf(role, readCores()));
};

const startProcesses = () => {
  const { add, close } = createCleanup();
  const sender = new URL('./sender.ts', import.meta.url);
  return {
    forwarder: add(
      startHelper<ForwarderRequest, ForwarderAnswer>(
        new URL('../../../media/bench/forwarder.ts', import.meta.url),
      ),
    ),
    load: add(startHelper<LoadRequest, LoadAnswer>(new URL('./load-process.ts', import.meta.url))),
    loadSender: add<Sender>(startHelper(sender)),
    probeSender: add<Sender>(startHelper(sender)),
    receiver: add(startHelper<ReceiverRequest, ReceiverAnswer>(new URL('./receiver.ts', import.meta.url))),
    close,
  };
};

/** Packets of the same size and cost to send as those to the worker; nobody decrypts them. */
const makeDirectEntrances = (port: number, mode: Mode): Entrance[] =>
  Array.from({ length: timedTalkers }, (_, index) => ({
    port,
    ssrc: index + 1,
    payloadType: 111,
    keyBase64: mode === 'srtp' ? randomBytes(keyBytes).toString('base64') : null,
  }));

type Processes = ReturnType<typeof startProcesses>;

const openRooms = async ({ forwarder, load, receiver }: Processes, workerPid: number, mode: Mode) => {
  const { port } = await receiver.ask({ type: 'listen' }, 'listening');
  const people = (loadRooms + 1) * roomSize - 1;
  const { ports } = await load.ask({ type: 'listen', people, workerPid }, 'listening');
  const open = async (receivePorts: number[]) => {
    const suite = mode === 'srtp' ? cryptoSuite : null;
    return (await forwarder.ask({ type: 'open', cryptoSuite: suite, receivePorts }, 'opened')).entrances;
  };
  const timedRoom = await open([...ports.slice(0, roomSize - 1), port]);
  const loadEntrances: Entrance[] = [];
  for (let from = roomSize - 1; from < people; from += roomSize) {
    loadEntrances.push(...(await open(ports.slice(from, from + roomSize))));
  }
  const timed = { worker: timedRoom.slice(0, timedTalkers), direct: makeDirectEntrances(port, mode) };
  return { loadEntrances, timed };
};

export const openStage = async (mode: Mode): Promise<Stage> => {
  const processes = startProcesses();
  try {
    const { forwarder, loadSender, probeSender, receiver } = processes;
    const [{ workerPid }] = await Promise.all([
      forwarder.next('ready'),
      pinStarted(loadSender, 'load'),
      pinStarted(probeSender, 'probe'),
      pinStarted(receiver, 'probe'),
    ]);
    pin(workerPid, coreOf('worker', readCores()));
    return { ...processes, workerPid, ...(await openRooms(processes, workerPid, mode)) };
  } catch (error) {
    await processes.close();
    throw error;
  }
};
