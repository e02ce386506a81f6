import { type BenchContext, summarize } from '../report.ts';
import type { WindowFigures } from './window.ts';

/** A load at a server, window by window. */
export interface Measured {
  server: string;
  load: string;
  windows: WindowFigures[];
}

/** Design: a delivered message of a burst costs this share of the reference's, at most. */
const MOST_RATIO = 1 / 3;

const columns: { name: string; digits: number; of: (figures: WindowFigures) => number }[] = [
  { name: 'CPU µs/delivered', digits: 2, of: ({ serverUs }) => serverUs },
  { name: 'PostgreSQL', digits: 3, of: ({ postgresUs }) => postgresUs },
  { name: 'delivery p50 ms', digits: 1, of: ({ deliveryP50Ms }) => deliveryP50Ms },
  { name: 'p99 ms', digits: 1, of: ({ deliveryP99Ms }) => deliveryP99Ms },
  { name: 'ack p50 ms', digits: 1, of: ({ ackP50Ms }) => ackP50Ms },
  { name: 'ack p99 ms', digits: 1, of: ({ ackP99Ms }) => ackP99Ms },
  { name: 'server %', digits: 0, of: ({ serverPercent }) => serverPercent },
  { name: "holder's %", digits: 0, of: ({ holderPercent }) => holderPercent },
];

/** Median and worst in one cell: of eight figures there are too many for a column each. */
const rowOf = ({ server, load, windows }: Measured): Record<string, string> => ({
  server,
  load,
  ...Object.fromEntries(
    columns.map(({ name, digits, of }) => {
      const { median, worst } = summarize(windows.map(of));
      return [name, `${median.toFixed(digits)} / ${worst.toFixed(digits)}`];
    }),
  ),
});

/** Windows that took turns are compared with each other. */
export const ratiosOf = (ours: Measured, reference: Measured): number[] =>
  ours.windows.map(({ serverUs }, index) => serverUs / (reference.windows[index]?.serverUs ?? Number.NaN));

export const reportFanout = ({ print, table }: BenchContext, measured: Measured[]): void => {
  print('median / worst of the windows:');
  table(measured.map(rowOf));
  for (const ours of measured.filter(({ server }) => server === 'boltorezka')) {
    const reference = measured.find(({ server, load }) => server !== ours.server && load === ours.load);
    if (!reference) continue;
    const { median, worst } = summarize(ratiosOf(ours, reference));
    const limit = ours.load === 'single' ? '' : `; ${MOST_RATIO.toFixed(2)} at most`;
    print(
      `${ours.load}: CPU of a delivered message, of what it costs per socket: median ${median.toFixed(2)}, worst ${worst.toFixed(2)}${limit}`,
    );
  }
};
