import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createColours } from './colours.ts';
import { type PainterDeps, workerIsReady } from './painter.ts';

type FakeWorker = ReturnType<PainterDeps['startWorker']> & { isEnded: boolean; tasks: unknown[] };

const workers: FakeWorker[] = [];
const startWorker = (): FakeWorker => {
  const worker: FakeWorker = {
    ...{ isEnded: false, tasks: [], onmessage: null, onerror: null },
    postMessage: (task: unknown) => worker.tasks.push(task),
    terminate: () => {
      worker.isEnded = true;
    },
  };
  workers.push(worker);
  return worker;
};
const says = (worker: FakeWorker | undefined, data: unknown) =>
  worker?.onmessage?.call(worker as unknown as Worker, { data } as MessageEvent);

const open = () => createColours({ startWorker, deadlineMs: 1000 });
const first = { grammar: 'c', text: 'first' } as const;
const second = { grammar: 'c', text: 'second' } as const;

beforeEach(() => {
  workers.length = 0;
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

describe('the colours of code', () => {
  it('are read one text after the other, once, and told to all who ask', () => {
    const colours = open();
    const onKnown = vi.fn();
    expect(workers).toEqual([]);
    colours.ask(first, onKnown);
    colours.ask(first, () => onKnown());
    colours.ask(second, onKnown);
    says(workers[0], workerIsReady);
    expect(workers[0]?.tasks).toEqual([first]);
    says(workers[0], [['first', 'name']]);
    expect([onKnown.mock.calls.length, colours.get(first)]).toEqual([2, [['first', 'name']]]);
    expect(workers[0]?.tasks).toEqual([first, second]);
    says(workers[0], [['second', null]]);
    expect([workers.length, colours.get(second)]).toEqual([1, [['second', null]]]);
  });

  it('of what is out of view before its turn are not read', () => {
    const colours = open();
    colours.ask(first, () => undefined);
    colours.ask(second, () => undefined)();
    says(workers[0], workerIsReady);
    says(workers[0], [['first', null]]);
    expect(workers[0]?.tasks).toEqual([first]);
  });

  it('end with their worker where a text is made to take for ever, and the next text has its own', () => {
    const colours = open();
    const onKnown = vi.fn();
    colours.ask(first, onKnown);
    colours.ask(second, onKnown);
    // However long the worker itself takes to come.
    vi.advanceTimersByTime(60_000);
    says(workers[0], workerIsReady);
    vi.advanceTimersByTime(1000);
    expect([workers[0]?.isEnded, colours.get(first), onKnown.mock.calls.length]).toEqual([true, null, 1]);
    says(workers[0], [['first', 'name']]);
    expect(colours.get(first)).toBeNull();
    says(workers[1], workerIsReady);
    says(workers[1], [['second', 'name']]);
    expect(colours.get(second)).toEqual([['second', 'name']]);
  });

  it.each([
    ['another text', [['fir5t', 'name']]],
    [
      'more text',
      [
        ['first', null],
        ['!', null],
      ],
    ],
    ['a colour that there is not', [['first', 'onclick']]],
    ['markup', '<b>first</b>'],
    ['nothing', null],
  ])('are none where what comes back is %s', (_what, answer) => {
    const colours = open();
    colours.ask(first, () => undefined);
    says(workers[0], workerIsReady);
    says(workers[0], answer);
    expect(colours.get(first)).toBeNull();
  });

  it('are asked for again where the worker could not be loaded', () => {
    const colours = open();
    const onKnown = vi.fn();
    colours.ask(first, onKnown);
    workers[0]?.onerror?.call(workers[0] as unknown as Worker, {} as ErrorEvent);
    expect([workers[0]?.isEnded, colours.get(first), onKnown.mock.calls.length]).toEqual([
      true,
      undefined,
      1,
    ]);
    colours.ask(first, onKnown);
    says(workers[1], workerIsReady);
    says(workers[1], [['first', 'name']]);
    expect(colours.get(first)).toEqual([['first', 'name']]);
  });
});
