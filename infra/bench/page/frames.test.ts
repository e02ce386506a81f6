import { expect, it } from 'vitest';
import { workPerFrameMs } from './frames.ts';

const frameUs = 1_000_000 / 60;
const main = { pid: 1, tid: 2 };

it('adds up the tasks of a frame, on the main thread alone', () => {
  const task = (ts: number, dur: number, thread = main) => ({ name: 'RunTask', ph: 'X', ts, dur, ...thread });
  const traceEvents = [
    { name: 'thread_name', ph: 'M', ts: 0, args: { name: 'CrRendererMain' }, ...main },
    task(0, 2_000),
    task(5_000, 3_000),
    task(frameUs + 1, 7_000),
    task(frameUs * 3 + 1, 90_000, { pid: 1, tid: 9 }),
  ];
  expect(workPerFrameMs({ traceEvents })).toEqual([5, 7]);
});
