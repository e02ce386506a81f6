import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entrance, ForwarderAnswer, ForwarderRequest, GcmSuite } from '../../../media/bench/messages.ts';
import { type Bench, type BenchContext, summarize } from '../report.ts';
import { type HelperProcess, startHelper } from './helper-process.ts';
import type { LoadAnswer, LoadRequest, Look } from './messages.ts';
import { type Mode, modes, type Room, toDifferenceRow, toRow, type Window } from './report.ts';

type Forwarder = HelperProcess<ForwarderRequest, ForwarderAnswer>;
type Load = HelperProcess<LoadRequest, LoadAnswer>;

/** People in a room, all of them talking. */
const roomSizes = [10, 20, 30];

/** Fewer only try the benchmark out: BENCH_RUNS=1. */
const defaultWindows = 10;
const windowMs = 1_500;
const settleMs = 300;
const drainMs = 100;
const maximumDrains = 30;

/** What Chromium and the worker agree on. */
const cryptoSuite: GcmSuite = 'AEAD_AES_256_GCM';

const method = [
  'How: one mediasoup worker with a room in which everybody talks and hears everybody else, 50 packets of 112 bytes a second',
  'and person (header of 12, 100 of Opus; SRTP adds 16). A process of its own sends and counts. A person sends over one plain',
  `transport and receives all others over another, as plain RTP or as SRTP (${cryptoSuite}, which browsers choose), in`,
  'and out. CPU is what the scheduler says that the worker ran (/proc/<pid>/task/*/schedstat), system calls and the delivery',
  `on loopback included, over the packets that reached people meanwhile. Windows of ${windowMs / 1_000} s, plain and SRTP in turn. ICE,`,
  'DTLS and TURN have no part. Loss is what was to be forwarded and was not counted; a load that loses 0.1 % is void.',
];

interface Stage {
  forwarder: Forwarder;
  load: Load;
  context: BenchContext;
}

const look = ({ load }: Stage): Promise<Look> => load.ask({ type: 'look' }, 'look');

/** Waits until nothing comes any more: what is late must not count in the next window. */
const drain = async (stage: Stage): Promise<Look> => {
  let last = await look(stage);
  for (let n = 0; n < maximumDrains; n += 1) {
    await sleep(drainMs);
    const next = await look(stage);
    if (next.received === last.received) return next;
    last = next;
  }
  return last;
};

const measureWindow = async (stage: Stage, entrances: Entrance[]): Promise<Window> => {
  stage.context.signal.throwIfAborted();
  const { load } = stage;
  const begun = await look(stage);
  await load.ask({ type: 'send', entrances }, 'sending');
  await sleep(settleMs);
  const from = await look(stage);
  await sleep(windowMs);
  const to = await look(stage);
  await load.ask({ type: 'send', entrances: [] }, 'sending');
  const drained = await drain(stage);
  return {
    elapsedMs: to.atMs - from.atMs,
    cpuMs: to.workerCpuMs - from.workerCpuMs,
    packets: to.received - from.received,
    sent: drained.sent - begun.sent,
    received: drained.received - begun.received,
  };
};

const openRooms = async ({ forwarder, load }: Stage, people: number, workerPid: number) => {
  const { ports: receivePorts } = await load.ask({ type: 'listen', people, workerPid }, 'listening');
  const open = async (suite: GcmSuite | null) =>
    (await forwarder.ask({ type: 'open', cryptoSuite: suite, receivePorts }, 'opened')).entrances;
  return { plain: await open(null), srtp: await open(cryptoSuite) } satisfies Record<Mode, Entrance[]>;
};

const measureRoom = async (stage: Stage, people: number, workerPid: number): Promise<Room> => {
  const rooms = await openRooms(stage, people, workerPid);
  const idle = await measureWindow(stage, []);
  const windows: Room['windows'] = { plain: [], srtp: [] };
  const count = Number(process.env.BENCH_RUNS ?? defaultWindows);
  for (let n = 0; n < count; n += 1) {
    for (const mode of modes) windows[mode].push(await measureWindow(stage, rooms[mode]));
  }
  await stage.forwarder.ask({ type: 'close' }, 'closed');
  return { people, idle, windows, loadAverage: loadavg()[0] ?? 0 };
};

const printRooms = ({ print, table }: BenchContext, rooms: Room[]): void => {
  table(rooms.flatMap((room) => modes.map((mode) => toRow(room, mode))));
  print('');
  print("SRTP's share, from each pair of neighbouring windows:");
  table(rooms.map(toDifferenceRow));
  const idle = summarize(rooms.map(({ idle: { cpuMs, elapsedMs } }) => (100 * cpuMs) / elapsedMs));
  print(
    `With nothing to forward the worker takes ${idle.median.toFixed(2)} % of a core; it is not deducted.`,
  );
};

const measureRooms = async (stage: Stage): Promise<Room[]> => {
  const { workerPid } = await stage.forwarder.next('ready');
  const rooms: Room[] = [];
  for (const people of roomSizes) rooms.push(await measureRoom(stage, people, workerPid));
  return rooms;
};

export const bench: Bench = {
  name: 'worker-cpu',
  summary: 'CPU of the media worker per forwarded packet at three loads, with and without SRTP: µs',
  run: async (context) => {
    for (const line of method) context.print(line);
    context.print('');
    const forwarder: Forwarder = startHelper(new URL('../../../media/bench/forwarder.ts', import.meta.url));
    const load: Load = startHelper(new URL('./load.ts', import.meta.url));
    try {
      printRooms(context, await measureRooms({ forwarder, load, context }));
    } finally {
      await Promise.all([forwarder.close(), load.close()]);
    }
  },
};
