import { type Attachment, createStore, limits, type Store } from '@boltorezka/sdk';
import { isCode } from '../../lib/error-text.ts';
import type { Files } from './files.ts';
import { SendQueue, type SendQueueDeps } from './send-queue.ts';
import type { Turns } from './turns.ts';
import { type Tries, waitOf } from './upload-patience.ts';

/** A file on its way to the server, or there. */
export interface Upload {
  id: number;
  file: File;
  /** It has begun to go: of all that are chosen, some go at a time. */
  hasTurn: boolean;
  /** From 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  error: unknown;
  /** It failed for something that passes, and is tried again by itself: after a while, and when there is a connection again. */
  isWaiting: boolean;
}

export interface LeftOut {
  /** More than a message takes. */
  tooMany: number;
  /** There is nothing in them: the server takes none. */
  empty: number;
}

/** The files that were chosen in one place. */
export interface PlaceUploads {
  list: Store<readonly Upload[]>;
  /** The message that waits for them. */
  queue: SendQueue;
  /** @returns how many of them were left out, and why. */
  add(files: readonly File[]): LeftOut;
  retry(id: number): void;
  /** Takes a file back; where the server has it, it takes up none of its owner's space any more. */
  remove(id: number): void;
  /** The files are a message's now, or nobody's here; nothing waits for them. */
  clear(): void;
}

export interface PlaceUploadsDeps
  extends Pick<Files, 'upload' | 'discard'>,
    Pick<SendQueueDeps, 'sendAway' | 'onStuck'> {
  roomSlug: string;
  isOnline: () => boolean;
  /** How often there has been a connection anew. */
  timesOnline: () => number;
  /** All places have the same: the server counts what goes up at a time per person. */
  turns: Turns;
}

interface Run {
  controller: AbortController;
  /** Until it is tried again. */
  timer?: ReturnType<typeof setTimeout>;
  /** Ends with the try; where nobody wants the file by then, once the server was asked to delete it. */
  sending?: Promise<void>;
}

export class KeptPlaceUploads implements PlaceUploads {
  readonly #deps: PlaceUploadsDeps;
  readonly #runs = new Map<number, Run>();
  readonly #tries = new Map<number, Tries>();
  /** Nobody wants these any more, and the server has all of them: it may be too late to cut them off. */
  readonly #unwanted = new Set<Promise<void>>();
  #lastId = 0;
  readonly #list = createStore<readonly Upload[]>([]);
  readonly list: Store<readonly Upload[]> = this.#list;
  readonly queue: SendQueue;

  constructor(deps: PlaceUploadsDeps) {
    this.#deps = deps;
    const { sendAway, onStuck } = deps;
    this.queue = new SendQueue({ list: this.#list, clear: () => this.clear(), sendAway, onStuck });
  }

  readonly add = (chosen: readonly File[]): LeftOut => {
    const full = chosen.filter(({ size }) => size > 0);
    const taken = full.slice(0, limits.maxAttachmentsPerMessage - this.#list.get().length);
    const added = taken.map((file) => this.#toUpload(file));
    this.#list.set([...this.#list.get(), ...added]);
    for (const one of added) this.#start(one);
    return { tooMany: full.length - taken.length, empty: chosen.length - full.length };
  };

  readonly retry = (id: number): void => {
    this.#tries.delete(id);
    this.#startAgain(id);
  };

  readonly remove = (id: number): void => {
    const known = this.#list.get().find((one) => one.id === id);
    this.#stop(id);
    this.#list.set(this.#list.get().filter((one) => one.id !== id));
    if (known?.attachment) void this.#discard(known.attachment);
  };

  /** Takes all back. Ends once the server was asked to, and never rejects. */
  async takeBack(): Promise<void> {
    const attachments = this.#list.get().flatMap(({ attachment }) => attachment ?? []);
    this.clear();
    await Promise.all([...attachments.map((attachment) => this.#discard(attachment)), ...this.#unwanted]);
  }

  readonly clear = (): void => {
    this.queue.cancel();
    for (const { id } of this.#list.get()) this.#stop(id);
    this.#list.set([]);
  };

  /** There is a connection: what waited goes. */
  handleOnline(): void {
    for (const { id } of this.#list.get().filter(({ isWaiting }) => isWaiting)) this.#startAgain(id);
  }

  #startAgain(id: number): void {
    const known = this.#list.get().find((one) => one.id === id);
    if (!known?.error) return;
    this.#change(id, { error: null, isWaiting: false, progress: 0 });
    this.#start(known);
  }

  #start(one: Upload): void {
    clearTimeout(this.#runs.get(one.id)?.timer);
    const run: Run = { controller: new AbortController() };
    this.#runs.set(one.id, run);
    this.#change(one.id, { hasTurn: false });
    this.#deps.turns.add(() => {
      run.sending = this.#send(one, run);
      return run.sending;
    });
  }

  async #send({ id, file }: Upload, run: Run): Promise<void> {
    const isMine = (): boolean => this.#runs.get(id) === run;
    // Taken back before its turn came.
    if (!isMine()) return;
    this.#change(id, { hasTurn: true });
    const { upload, roomSlug, timesOnline } = this.#deps;
    const begunAt = timesOnline();
    const onProgress = ({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }): void => {
      if (isMine() && totalBytes > 0) this.#change(id, { progress: sentBytes / totalBytes });
    };
    const options = { name: file.name || 'file', signal: run.controller.signal, onProgress };
    try {
      const attachment = await upload(roomSlug, file, options);
      if (isMine()) this.#change(id, { attachment, progress: 1 });
      else await this.#discard(attachment);
    } catch (error) {
      if (isMine()) this.#handleFailure(id, error, { run, begunAt });
    }
  }

  #handleFailure(id: number, error: unknown, { run, begunAt }: { run: Run; begunAt: number }): void {
    const wait = waitOf(error, this.#tries.get(id) ?? {});
    this.#change(id, { error, isWaiting: wait !== null });
    if (wait === null) return;
    this.#tries.set(id, wait.tries);
    const isOfAnother = this.#deps.timesOnline() !== begunAt;
    // The connection that it was begun on is known to be lost, and there is another one already.
    if (isOfAnother && isCode(error, 'Unavailable')) this.#startAgain(id);
    else run.timer = setTimeout(() => this.#handleWaited(id), wait.waitMs);
  }

  /** Without a connection it waits for one: a try that cannot succeed would be one less. */
  #handleWaited(id: number): void {
    if (this.#deps.isOnline()) this.#startAgain(id);
  }

  #stop(id: number): void {
    const run = this.#runs.get(id);
    clearTimeout(run?.timer);
    this.#runs.delete(id);
    this.#tries.delete(id);
    const isWhole = this.#list.get().some((one) => one.id === id && one.progress === 1);
    // Cut off now, it might stay at the server, which has it and does not know that nobody wants it.
    if (isWhole && run?.sending) this.#await(run.sending);
    else run?.controller.abort();
  }

  #await(unwanted: Promise<void>): void {
    this.#unwanted.add(unwanted);
    void unwanted.finally(() => this.#unwanted.delete(unwanted));
  }

  /** Where it cannot be deleted now, the server does so by itself, if days later. */
  #discard({ id }: Attachment): Promise<void> {
    return this.#deps.discard(id).catch(() => undefined);
  }

  #change(id: number, fields: Partial<Upload>): void {
    this.#list.set(this.#list.get().map((one) => (one.id === id ? { ...one, ...fields } : one)));
  }

  #toUpload(file: File): Upload {
    this.#lastId += 1;
    const fresh = { hasTurn: false, progress: 0, attachment: null, error: null, isWaiting: false };
    return { id: this.#lastId, file, ...fresh };
  }
}
