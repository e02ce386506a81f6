import { percentile, summarize } from '../report.ts';
import type { Mode } from '../worker-cpu/report.ts';
import type { Delays, Path } from './messages.ts';

/** One stretch of forwarding. */
export interface Window {
  elapsedMs: number;
  /** What the worker ran meanwhile. */
  workerCpuMs: number;
  /** How long it was ready to run and had no core. */
  workerWaitedMs: number;
  /** What reached people through the worker meanwhile. */
  packets: number;
  /** What was to reach anybody, from the first packet of this stretch to its last, beyond the window. */
  expected: number;
  received: number;
  delaysUs: Delays;
}

export const states = ['quiet', 'half load'] as const;
export type State = (typeof states)[number];

/** Windows at one load in one mode. */
export interface Series {
  mode: Mode;
  state: State;
  windows: Window[];
  loadAverage: number;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

const maximumLoss = 0.001;
const maximumWaitingShare = 0.01;

export const lossOf = ({ expected, received }: Window): number => (expected - received) / expected;

const waitingShareOf = ({ workerWaitedMs, elapsedMs }: Window): number => workerWaitedMs / elapsedMs;

/**
 * Why a window says nothing; undefined where it does. What is lost has no delay, and makes the rest look quick. Where
 * somebody else ran on the worker's core, the delay is theirs: nobody of the benchmark does.
 */
export const faultOf = (window: Window): 'lossy' | 'disturbed' | undefined => {
  if (lossOf(window) > maximumLoss) return 'lossy';
  return waitingShareOf(window) > maximumWaitingShare ? 'disturbed' : undefined;
};

const countFaults = (windows: Window[], fault: 'lossy' | 'disturbed'): number =>
  windows.filter((window) => faultOf(window) === fault).length;

export const validOf = (windows: Window[]): Window[] => windows.filter((window) => !faultOf(window));

export const cpuShareOf = ({ workerCpuMs, elapsedMs }: Window): number => workerCpuMs / elapsedMs;

/** What the worker did at one load: a line of the table. */
export const toLoadRow = ({ mode, state, windows, loadAverage }: Series) => {
  const valid = validOf(windows);
  const shares = valid.map((window) => 100 * cpuShareOf(window));
  const middle = (figure: (window: Window) => number) => summarize(valid.map(figure)).median;
  return {
    media: mode === 'srtp' ? 'SRTP' : 'plain',
    load: state,
    windows: valid.length,
    lossy: countFaults(windows, 'lossy'),
    disturbed: countFaults(windows, 'disturbed'),
    'packets/s': round(
      middle((w) => (1_000 * w.packets) / w.elapsedMs),
      0,
    ),
    'worker CPU %': round(percentile(shares, 50), 1),
    least: round(percentile(shares, 0), 1),
    most: round(percentile(shares, 100), 1),
    'waited for core %': round(100 * middle(waitingShareOf), 2),
    'loss %': round(100 * summarize(valid.map(lossOf)).worst, 3),
    'load average': round(loadAverage, 2),
    ...(valid.length === 0 ? { note: 'void: no window was valid' } : {}),
  };
};

const percents = [50, 90, 99];

const delaysOf = (windows: Window[], path: Path): number[] =>
  windows.flatMap(({ delaysUs }) => delaysUs[path]);

/** Delays at one load: directly, through the worker, and how far the two are apart at each percentile. */
export const toDelayRows = ({ mode, state, windows }: Series): Record<string, string | number>[] => {
  const valid = validOf(windows);
  if (valid.length === 0) return [];
  const directUs = delaysOf(valid, 'direct');
  const workerUs = delaysOf(valid, 'worker');
  const row = (path: string, figureOf: (percent: number) => number) => ({
    media: mode === 'srtp' ? 'SRTP' : 'plain',
    load: state,
    path,
    ...Object.fromEntries(percents.map((percent) => [`p${percent} µs`, round(figureOf(percent), 0)])),
  });
  const rowOf = (path: string, delaysUs: number[]) => ({
    ...row(path, (percent) => percentile(delaysUs, percent)),
    'max µs': percentile(delaysUs, 100),
    packets: delaysUs.length,
  });
  return [
    rowOf('direct', directUs),
    rowOf('through the worker', workerUs),
    // Without a maximum: each of the two is one packet's accident, and so is their difference.
    row('added', (percent) => percentile(workerUs, percent) - percentile(directUs, percent)),
  ];
};

/**
 * With how many talkers the worker's share comes to the target, as a line through what was measured with none and with
 * `talkers` has it.
 */
export const nextTalkers = (
  { talkers, share, quietShare }: { talkers: number; share: number; quietShare: number },
  targetShare: number,
  maximum: number,
): number => {
  const perTalker = (share - quietShare) / talkers;
  const wanted = Math.round((targetShare - quietShare) / perTalker);
  return Math.min(maximum, Math.max(1, wanted));
};
