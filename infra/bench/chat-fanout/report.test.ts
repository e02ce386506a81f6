import { expect, test } from 'vitest';
import { ratiosOf, reportFanout } from './report.ts';
import type { WindowFigures } from './window.ts';

const figures = (serverUs: number): WindowFigures => ({
  ...{ serverUs, postgresUs: 0, serverPercent: 10, holderPercent: 10 },
  ...{ deliveryP50Ms: 1, deliveryP99Ms: 2, ackP50Ms: 1, ackP99Ms: 2 },
});

const measured = (server: string, load: string, costs: number[]) => ({
  ...{ server, load, windows: costs.map(figures) },
});

test('a window is compared with the one of the other server that took its turn beside it', () => {
  const [ours, reference] = [measured('boltorezka', 'x', [2, 3]), measured('per socket', 'x', [8, 6])];
  expect(ratiosOf(ours, reference)).toEqual([0.25, 0.5]);
});

test('each load has its own ratio, and that of the bursts its limit', () => {
  const lines: string[] = [];
  const context = { print: (line: string) => lines.push(line), table: () => {}, signal: AbortSignal.abort() };
  reportFanout(context, [
    measured('boltorezka', 'burst of 10', [2]),
    measured('boltorezka', 'single', [6]),
    measured('per socket', 'burst of 10', [10]),
    measured('per socket', 'single', [12]),
  ]);
  expect(lines.slice(1)).toEqual([
    'burst of 10: CPU of a delivered message, of what it costs per socket: median 0.20, worst 0.20; 0.33 at most',
    'single: CPU of a delivered message, of what it costs per socket: median 0.50, worst 0.50',
  ]);
});
