import type { WebSocketLike } from '../types.ts';
import type { Line } from './line.ts';

export interface LinedSocketDeps {
  line: Pick<Line, 'state' | 'isServerHelpless'>;
  open: () => WebSocketLike;
  onClosed: () => void;
}

type EventName = 'open' | 'error' | 'message' | 'close';
type Listener = (event: never) => void;

const connecting = 0;
const closed = 3;
const abnormalClosure = 1006;
/** The server takes 1000 and 1001 for leaving on purpose. */
const cutClosure = 4000;

const helpless = {
  code: 'Unavailable',
  message: 'The server cannot do this at the moment: simulated.',
  retryable: true,
};

/** A WebSocket on a line that may be hurt: late, like TCP after a hole in the network, but whole and in order. */
export class LinedSocket implements WebSocketLike {
  readonly #deps: LinedSocketDeps;
  readonly #listeners = new Map<EventName, Set<Listener>>();
  readonly #held: (() => void)[] = [];
  #inner: WebSocketLike | null = null;
  #isClosed = false;

  constructor(deps: LinedSocketDeps) {
    this.#deps = deps;
    if (deps.line.state === 'open') this.#connect();
    // Listeners are added after the constructor has returned.
    else if (deps.line.state === 'refused') queueMicrotask(() => this.#end(abnormalClosure));
  }

  get readyState(): number {
    return this.#isClosed ? closed : (this.#inner?.readyState ?? connecting);
  }

  addEventListener(name: EventName, listener: Listener): void {
    const known = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, known.add(listener));
  }

  send(data: string): void {
    this.#pass(() => {
      const answer = this.#deps.line.isServerHelpless ? toHelplessAnswer(data) : undefined;
      if (answer) queueMicrotask(() => this.#tell('message', { data: answer }));
      else this.#inner?.send(data);
    });
  }

  close(code?: number, reason?: string): void {
    this.#isClosed = true;
    this.#inner?.close(code, reason);
    this.#deps.onClosed();
  }

  cut(): void {
    this.#inner?.close(cutClosure);
    this.#end(abnormalClosure);
  }

  /** The line is another than it was. */
  handleLine(): void {
    if (this.#isClosed || this.#deps.line.state !== 'open') return;
    if (!this.#inner) this.#connect();
    for (const pass of this.#held.splice(0)) pass();
  }

  #connect(): void {
    const inner = this.#deps.open();
    this.#inner = inner;
    inner.addEventListener('open', () => this.#pass(() => this.#tell('open', undefined)));
    inner.addEventListener('error', () => this.#pass(() => this.#tell('error', undefined)));
    inner.addEventListener('message', (event) => this.#pass(() => this.#tell('message', event)));
    inner.addEventListener('close', ({ code }) => this.#pass(() => this.#end(code)));
  }

  #pass(what: () => void): void {
    if (this.#deps.line.state === 'open') what();
    else this.#held.push(what);
  }

  #end(code: number): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#deps.onClosed();
    this.#tell('close', { code, reason: '' });
  }

  #tell(name: EventName, event: unknown): void {
    for (const listener of this.#listeners.get(name) ?? []) listener(event as never);
  }
}

/** A server that is there, and whose database or directory is not: it still answers `ping`. */
const toHelplessAnswer = (data: string): string | undefined => {
  const { type, requestId } = JSON.parse(data) as { type: string; requestId?: string };
  if (type === 'ping' || requestId === undefined) return undefined;
  return JSON.stringify({ v: 1, type: 'nack', requestId, payload: helpless });
};
