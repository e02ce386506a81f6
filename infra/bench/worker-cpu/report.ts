import { summarize } from '../report.ts';

export const modes = ['plain', 'srtp'] as const;
export type Mode = (typeof modes)[number];

/** One stretch of forwarding. */
export interface Window {
  elapsedMs: number;
  /** What the worker ran meanwhile. */
  cpuMs: number;
  /** What reached people meanwhile. */
  packets: number;
  /** By everybody, from the first packet of this stretch to its last, beyond the window. */
  sent: number;
  received: number;
}

export interface Room {
  people: number;
  idle: Window;
  windows: Record<Mode, Window[]>;
  loadAverage: number;
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** Microseconds of CPU for each packet that reached somebody. */
export const costUs = ({ cpuMs, packets }: Window): number => (1_000 * cpuMs) / packets;

/** The part of what was to be forwarded that reached nobody. */
export const lossOf = (windows: Window[], people: number): number => {
  const sum = (key: 'sent' | 'received') => windows.reduce((total, window) => total + window[key], 0);
  return 1 - sum('received') / (sum('sent') * (people - 1));
};

const maximumLoss = 0.001;

/** One load in one mode, as a line of the table. */
export const toRow = ({ people, windows, loadAverage }: Room, mode: Mode) => {
  const own = windows[mode];
  const cost = summarize(own.map(costUs));
  const loss = lossOf(own, people);
  return {
    people,
    streams: people * (people - 1),
    media: mode === 'srtp' ? 'SRTP' : 'plain',
    'packets/s': round(summarize(own.map((w) => (1_000 * w.packets) / w.elapsedMs)).median, 0),
    windows: cost.count,
    'median µs/packet': round(cost.median, 2),
    'worst µs/packet': round(cost.worst, 2),
    'CPU % of a core': round(summarize(own.map((w) => (100 * w.cpuMs) / w.elapsedMs)).median, 1),
    'loss %': round(100 * loss, 3),
    'load average': round(loadAverage, 2),
    ...(loss >= maximumLoss ? { note: 'void: packets were lost' } : {}),
  };
};

/** What SRTP adds: of windows that follow each other, so that what else the machine does weighs on both. */
export const toDifferenceRow = ({ people, windows }: Room) => {
  const pairs = windows.plain.flatMap((plain, index) => {
    const srtp = windows.srtp[index];
    return srtp ? [{ plainUs: costUs(plain), srtpUs: costUs(srtp) }] : [];
  });
  const difference = summarize(pairs.map(({ plainUs, srtpUs }) => srtpUs - plainUs));
  const share = summarize(pairs.map(({ plainUs, srtpUs }) => 1 - plainUs / srtpUs));
  return {
    people,
    'median µs/packet': round(difference.median, 2),
    'worst µs/packet': round(difference.worst, 2),
    'median % of the whole': round(100 * share.median, 1),
  };
};
