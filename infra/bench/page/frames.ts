import { readFileSync } from 'node:fs';
import type { Page } from 'puppeteer-core';

interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  pid: number;
  tid: number;
  args?: { name?: string };
}

interface Trace {
  traceEvents: TraceEvent[];
}

/** The page's main threads: those that some script ran on. */
const mainThreads = (events: TraceEvent[]): Set<string> =>
  new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}.${tid}`),
  );

/**
 * Work of the main thread in each frame of 1/60 s, milliseconds: tasks by the frame that they began in, frames without
 * work left out.
 */
export const workPerFrameMs = ({ traceEvents }: Trace): number[] => {
  const threads = mainThreads(traceEvents);
  const frames = new Map<string, number>();
  for (const { name, ts, dur, pid, tid } of traceEvents) {
    const thread = `${pid}.${tid}`;
    if (name !== 'RunTask' || dur === undefined || !threads.has(thread)) continue;
    const frame = `${thread}.${Math.floor(ts / (1_000_000 / 60))}`;
    frames.set(frame, (frames.get(frame) ?? 0) + dur / 1_000);
  }
  return [...frames.values()];
};

/** What the page's main thread does while something is done to the page. */
export const traceFrames = async (page: Page, path: string, act: () => Promise<void>): Promise<number[]> => {
  await page.tracing.start({ path, categories: ['disabled-by-default-devtools.timeline', 'toplevel'] });
  try {
    await act();
  } finally {
    await page.tracing.stop();
  }
  return workPerFrameMs(JSON.parse(readFileSync(path, 'utf8')) as Trace);
};
