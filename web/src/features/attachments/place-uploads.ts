import { AppError, type Attachment, createStore, type ErrorCode, limits, type Store } from '@boltorezka/sdk';
import { isCode } from '../../lib/error-text.ts';
import type { Files } from './files.ts';
import { SendQueue, type SendQueueDeps } from './send-queue.ts';
import type { Turns } from './turns.ts';

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

/** The files that were chosen in one place. */
export interface PlaceUploads {
  list: Store<readonly Upload[]>;
  /** The message that waits for them. */
  queue: SendQueue;
  /** @returns how many were too many. */
  add(files: readonly File[]): number;
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

/** A file that fails however often it is tried, as one that something on the way cuts off, is tried no more. */
const maxRetries = 5;

/** Before the first try of its own; each one after that waits for twice as long. */
const firstWaitMs = 2_000;

/** For errors that pass by themselves, how long one waits at least. */
const leastWaitMs: Partial<Record<ErrorCode, number>> = {
  Unavailable: firstWaitMs,
  // Other pages of this person have files under way, or what was cut off here has not ended at the server.
  RateLimited: 5_000,
};

/** @returns null where it is left to the file's owner. */
const waitMsOf = (error: unknown, retries: number): number | null => {
  if (!(error instanceof AppError) || retries >= maxRetries) return null;
  const leastMs = leastWaitMs[error.code];
  if (leastMs === undefined) return null;
  return Math.max(error.retryAfterMs ?? firstWaitMs * 2 ** retries, leastMs);
};

interface Run {
  controller: AbortController;
  /** Until it is tried again. */
  timer?: ReturnType<typeof setTimeout>;
}

export class KeptPlaceUploads implements PlaceUploads {
  readonly #deps: PlaceUploadsDeps;
  readonly #runs = new Map<number, Run>();
  readonly #retries = new Map<number, number>();
  #lastId = 0;
  readonly #list = createStore<readonly Upload[]>([]);
  readonly list: Store<readonly Upload[]> = this.#list;
  readonly queue: SendQueue;

  constructor(deps: PlaceUploadsDeps) {
    this.#deps = deps;
    const { sendAway, onStuck } = deps;
    this.queue = new SendQueue({ list: this.#list, clear: () => this.clear(), sendAway, onStuck });
  }

  readonly add = (chosen: readonly File[]): number => {
    const taken = chosen.slice(0, limits.maxAttachmentsPerMessage - this.#list.get().length);
    const added = taken.map((file) => this.#toUpload(file));
    this.#list.set([...this.#list.get(), ...added]);
    for (const one of added) this.#start(one);
    return chosen.length - taken.length;
  };

  readonly retry = (id: number): void => {
    this.#retries.delete(id);
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
    await Promise.all(attachments.map((attachment) => this.#discard(attachment)));
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
    const run = { controller: new AbortController() };
    this.#runs.set(one.id, run);
    this.#change(one.id, { hasTurn: false });
    this.#deps.turns.add(() => this.#send(one, run));
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
      else void this.#discard(attachment);
    } catch (error) {
      if (isMine()) this.#handleFailure(id, error, { run, begunAt });
    }
  }

  #handleFailure(id: number, error: unknown, { run, begunAt }: { run: Run; begunAt: number }): void {
    const retries = this.#retries.get(id) ?? 0;
    const waitMs = waitMsOf(error, retries);
    this.#change(id, { error, isWaiting: waitMs !== null });
    if (waitMs === null) return;
    this.#retries.set(id, retries + 1);
    const isOfAnother = this.#deps.timesOnline() !== begunAt;
    // The connection that it was begun on is known to be lost, and there is another one already.
    if (isOfAnother && isCode(error, 'Unavailable')) this.#startAgain(id);
    else run.timer = setTimeout(() => this.#handleWaited(id), waitMs);
  }

  /** Without a connection it waits for one: a try that cannot succeed would be one less. */
  #handleWaited(id: number): void {
    if (this.#deps.isOnline()) this.#startAgain(id);
  }

  #stop(id: number): void {
    const run = this.#runs.get(id);
    run?.controller.abort();
    clearTimeout(run?.timer);
    this.#runs.delete(id);
    this.#retries.delete(id);
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
