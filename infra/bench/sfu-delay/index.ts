import { loadavg } from 'node:os';
import type { Bench, BenchContext } from '../report.ts';
import { type Mode, modes } from '../worker-cpu/report.ts';
import {
  cpuShareOf,
  faultOf,
  nextTalkers,
  type Series,
  type State,
  states,
  toDelayRows,
  toLoadRow,
  validOf,
  type Window,
} from './report.ts';
import { cryptoSuite, openStage, roomSize, type Stage, timedTalkers } from './stage.ts';
import { measureWindow } from './window.ts';

/** Fewer only try the benchmark out: BENCH_RUNS=1. */
const defaultWindows = 10;
const windowMs = 3_000;
/** A window that says nothing is measured again, so many times for each that is wanted. */
const triesPerWindow = 3;

const targetShare = 0.5;
const calibrationWindowMs = 1_000;
const calibrations = 3;
/** A guess to begin with. */
const firstTalkers = 60;

const method = [
  `How: one mediasoup worker with rooms of ${roomSize}, in which everybody hears whoever talks: 50 packets of 112 bytes a second`,
  `each, plain or as SRTP (${cryptoSuite}, 16 more), over plain transports on loopback. In one room ${timedTalkers} people`,
  `talk; one who listens takes the time, and is anywhere among the ${roomSize - 1} whom the worker sends a packet to, one after the`,
  'other. "quiet": the worker forwards nothing else. "half load": people of other rooms talk too, as many as take the worker to',
  '50 % of its core, found by trying. Everybody sends once in each 20 ms at a random moment, since people do not talk in step.',
  'The RTP timestamp of a packet is the moment before it is given to the socket; its delay lasts until the receiving process is',
  'given it. "direct" is the delay of sending and receiving alone: as many packets, at moments drawn alike, from the same process',
  'to the same socket without the worker. "added" is the difference of the two percentiles. The worker has the last core, and',
  'those who send and receive others (taskset); who receives the load runs when nobody else wants that core (SCHED_IDLE).',
  `Windows of ${windowMs / 1_000} s, quiet and half load in turn, the packets of all together. CPU and waiting are the scheduler's`,
  '(schedstat). A window is void that loses over 0.1 % of the packets (lossy), or in which the worker, ready to run, waited for',
  'its core for over 1 % of the time, since somebody else had it (disturbed); up to three are tried for each. ICE, DTLS, TURN',
  'and a network have no part.',
];

interface Measuring {
  stage: Stage;
  context: BenchContext;
}

/** The worker's share of its core, from a window that is valid if there is one. */
const measureShare = async ({ stage, context: { signal } }: Measuring, talkers: number): Promise<number> => {
  const measure = () => measureWindow(stage, { talkers, windowMs: calibrationWindowMs }, signal);
  let window = await measure();
  for (let n = 1; n < triesPerWindow && faultOf(window); n += 1) window = await measure();
  return cpuShareOf(window);
};

/** How many have to talk for half of the worker's core. */
const findTalkers = async (measuring: Measuring): Promise<number> => {
  const maximum = measuring.stage.loadEntrances.length;
  const quietShare = await measureShare(measuring, 0);
  let talkers = firstTalkers;
  for (let n = 0; n < calibrations; n += 1) {
    const share = await measureShare(measuring, talkers);
    talkers = nextTalkers({ talkers, share, quietShare }, targetShare, maximum);
  }
  return talkers;
};

/** Windows of both states in turn, until each has as many valid ones as are wanted. */
const measureStates = async ({ stage, context: { signal } }: Measuring, talkers: number) => {
  const windows: Record<State, Window[]> = { quiet: [], 'half load': [] };
  const wanted = Number(process.env.BENCH_RUNS ?? defaultWindows);
  for (let n = 0; n < wanted * triesPerWindow; n += 1) {
    for (const state of states) {
      if (validOf(windows[state]).length >= wanted) continue;
      const load = { talkers: state === 'quiet' ? 0 : talkers, windowMs };
      windows[state].push(await measureWindow(stage, load, signal));
    }
  }
  return windows;
};

const measureMode = async (mode: Mode, context: BenchContext): Promise<Series[]> => {
  const stage = await openStage(mode);
  try {
    const measuring = { stage, context };
    const windows = await measureStates(measuring, await findTalkers(measuring));
    const loadAverage = loadavg()[0] ?? 0;
    return states.map((state) => ({ mode, state, windows: windows[state], loadAverage }));
  } finally {
    await stage.close();
  }
};

export const bench: Bench = {
  name: 'sfu-delay',
  summary: 'delay that the media worker adds to a packet, quiet and at half load: µs, p50 to p99',
  run: async (context) => {
    for (const line of method) context.print(line);
    context.print('');
    const series: Series[] = [];
    for (const mode of modes) series.push(...(await measureMode(mode, context)));
    context.table(series.map(toLoadRow));
    context.print('');
    context.table(series.flatMap(toDelayRows));
  },
};
