import type { Grammar } from './languages.ts';
import { type Piece, readPieces } from './pieces.ts';

export interface ColourTask {
  grammar: Grammar;
  text: string;
}

/** Null: it is to stay without colours. */
export type ColourAnswer = Piece[] | null;

/** The first that a worker says: from here on it is held to its time. */
export const workerIsReady = 'ready';

export interface PainterDeps {
  /** As much of a `Worker` as is used here. */
  startWorker: () => Pick<Worker, 'postMessage' | 'terminate' | 'onmessage' | 'onerror'>;
  /** Longer than any code of a message takes that is not made to take long. */
  deadlineMs: number;
}

type Done = (answer: ColourAnswer | undefined) => void;

/** Reads one text at a time, elsewhere than on the page's own thread. */
export class Painter {
  readonly #deps: PainterDeps;
  #worker: ReturnType<PainterDeps['startWorker']> | null = null;
  #isReady = false;
  #job: { task: ColourTask; onDone: Done } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: PainterDeps) {
    this.#deps = deps;
  }

  /** @param onDone is told undefined where there was nobody to read it, which may be otherwise the next time. */
  paint(task: ColourTask, onDone: Done): void {
    this.#job = { task, onDone };
    this.#worker ??= this.#start();
    if (this.#isReady) this.#post(task);
  }

  #start(): ReturnType<PainterDeps['startWorker']> {
    const worker = this.#deps.startWorker();
    worker.onmessage = ({ data }) => {
      if (worker !== this.#worker) return;
      if (this.#isReady) {
        this.#finish(readPieces(data, this.#job?.task.text ?? ''));
      } else if (data === workerIsReady) {
        this.#isReady = true;
        if (this.#job) this.#post(this.#job.task);
      }
    };
    worker.onerror = () => this.#giveUp(this.#isReady ? null : undefined);
    return worker;
  }

  #post(task: ColourTask): void {
    // A grammar may be led to try every way there is: the worker is ended with its task.
    this.#timer = setTimeout(() => this.#giveUp(null), this.#deps.deadlineMs);
    this.#worker?.postMessage(task);
  }

  #giveUp(answer: ColourAnswer | undefined): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#isReady = false;
    this.#finish(answer);
  }

  #finish(answer: ColourAnswer | undefined): void {
    clearTimeout(this.#timer);
    const job = this.#job;
    this.#job = null;
    job?.onDone(answer);
  }
}
