import { createStore, type SendInput, type Store } from '@boltorezka/sdk';
import type { Upload } from './place-uploads.ts';

/** Whoever writes in the place: what is queued goes through their hands, so that it leaves the field as well. */
export interface Writer {
  /** They change another message there: nothing is to take the field from them. */
  isBusy: boolean;
  send(message: SendInput): void;
}

export interface SendQueueDeps {
  list: Store<readonly Upload[]>;
  /** The files are the message's from here on. */
  clear: () => void;
  /** Sends where nobody writes in the place any more. */
  sendAway: (message: SendInput) => void;
  /** It will not go by itself, and nobody is there to see why. */
  onStuck: (why: Stuck) => void;
}

/** Why what was queued will not go by itself: one of its files failed for good, or its writer is in the room no more. */
export type Stuck = 'file' | 'removed';

const hasFailed = ({ error, isWaiting }: Upload): boolean => Boolean(error) && !isWaiting;

/**
 * What was sent while its files still go up goes by itself when they are there. It waits with them, and not with what shows
 * it: whoever looks into another room meanwhile has sent it all the same.
 */
export class SendQueue {
  readonly #deps: SendQueueDeps;
  #writer: Writer | null = null;
  readonly #queued = createStore<SendInput | null>(null);
  /** Without its files. */
  readonly queued: Store<SendInput | null> = this.#queued;
  readonly #stuck = createStore<Stuck | null>(null);
  /** What was queued did not go, and its writer has done nothing about it yet. */
  readonly stuck: Store<Stuck | null> = this.#stuck;

  constructor(deps: SendQueueDeps) {
    this.#deps = deps;
    deps.list.subscribe(() => this.#handleFiles());
  }

  /** In the place of what is queued. */
  readonly put = (message: SendInput): void => {
    this.#stuck.set(null);
    this.#queued.set(message);
    this.#goOn();
  };

  readonly cancel = (): void => {
    this.#stuck.set(null);
    this.#queued.set(null);
  };

  /**
   * Its writer is in the room no more: sent all the same, it would bring them back. Where they cannot come back, one that was
   * stuck before is given up as well.
   * @returns whether there was any, which its writer is told.
   */
  readonly refuse = ({ isForGood }: { isForGood: boolean }): boolean => {
    const isWanted = this.#queued.get() !== null || (isForGood && this.#stuck.get() !== null);
    if (!isWanted) return false;
    this.#getStuck('removed');
    this.#deps.onStuck('removed');
    return true;
  };

  /** Whoever was in the room no more is there again, and sees what became of it. */
  readonly handleReturned = (): void => {
    if (this.#stuck.get() === 'removed') this.#stuck.set(null);
  };

  /**
   * @param renewed what is written there by now, in the place of what is queued.
   * @returns what ends that.
   */
  readonly attend = (writer: Writer, renewed?: SendInput): (() => void) => {
    this.#writer = writer;
    this.handleReturned();
    if (renewed && this.#queued.get()) this.#queued.set(renewed);
    this.#goOn();
    return () => {
      if (this.#writer !== writer) return;
      this.#writer = null;
      // The same one may be there again at once, as they are when they begin to change a message.
      queueMicrotask(() => this.#goOn());
    };
  };

  #getStuck(why: Stuck): void {
    this.#queued.set(null);
    this.#stuck.set(why);
  }

  #handleFiles(): void {
    // What failed was taken back, or is tried again.
    if (this.#stuck.get() === 'file' && !this.#deps.list.get().some(hasFailed)) this.#stuck.set(null);
    this.#goOn();
  }

  #goOn(): void {
    const message = this.#queued.get();
    const writer = this.#writer;
    if (!message || writer?.isBusy) return;
    const list = this.#deps.list.get();
    if (list.some(hasFailed)) {
      this.#getStuck('file');
      if (!writer) this.#deps.onStuck('file');
      return;
    }
    if (list.some(({ attachment }) => attachment === null)) return;
    const attachments = list.flatMap(({ attachment }) => attachment ?? []);
    this.#deps.clear();
    if (attachments.length === 0 && message.text.trim() === '') return;
    const send = writer?.send ?? this.#deps.sendAway;
    send({ ...message, ...(attachments.length > 0 && { attachments }) });
  }
}
