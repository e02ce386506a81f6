import { type Attachment, createStore, limits, type Store } from '@boltorezka/sdk';
import { isCode } from '../../lib/error-text.ts';
import type { Files } from './files.ts';

/** A file on its way to the server, or there. */
export interface Upload {
  id: number;
  file: File;
  /** From 0 to 1. */
  progress: number;
  attachment: Attachment | null;
  error: unknown;
  /** It failed for want of a connection, and is tried again when there is one. */
  isWaiting: boolean;
}

/** The files that were chosen in one place. */
export interface PlaceUploads {
  list: Store<readonly Upload[]>;
  /** @returns how many were too many. */
  add(files: readonly File[]): number;
  retry(id: number): void;
  /** Takes a file back; where the server has it, it takes up none of its owner's space any more. */
  remove(id: number): void;
  /** The files are a message's now, or nobody's here. */
  clear(): void;
}

export interface PlaceUploadsDeps extends Pick<Files, 'upload' | 'discard'> {
  roomSlug: string;
  /** How often there has been a connection anew. */
  timesOnline: () => number;
}

/** A file that fails however often there is a connection again, as one that something on the way cuts off, is tried no more. */
const maxRetries = 5;

interface Run {
  controller: AbortController;
  /** As it was when this was begun. */
  timesOnline: number;
}

export class KeptPlaceUploads implements PlaceUploads {
  readonly #deps: PlaceUploadsDeps;
  readonly #runs = new Map<number, Run>();
  readonly #retries = new Map<number, number>();
  #lastId = 0;
  readonly #list = createStore<readonly Upload[]>([]);
  readonly list: Store<readonly Upload[]> = this.#list;

  constructor(deps: PlaceUploadsDeps) {
    this.#deps = deps;
  }

  readonly add = (chosen: readonly File[]): number => {
    const taken = chosen.slice(0, limits.maxAttachmentsPerMessage - this.#list.get().length);
    const added = taken.map((file) => this.#toUpload(file));
    this.#list.set([...this.#list.get(), ...added]);
    for (const one of added) void this.#start(one);
    return chosen.length - taken.length;
  };

  readonly retry = (id: number): void => {
    this.#retries.delete(id);
    void this.#startAgain(id);
  };

  readonly remove = (id: number): void => {
    const known = this.#list.get().find((one) => one.id === id);
    this.#stop(id);
    this.#list.set(this.#list.get().filter((one) => one.id !== id));
    if (known?.attachment) this.#discard(known.attachment);
  };

  readonly clear = (): void => {
    for (const { id } of this.#list.get()) this.#stop(id);
    this.#list.set([]);
  };

  /** There is a connection: what failed for want of one goes, one after another, for the server takes few at a time. */
  async handleOnline(): Promise<void> {
    for (const { id } of this.#list.get().filter(({ isWaiting }) => isWaiting)) await this.#startAgain(id);
  }

  async #startAgain(id: number): Promise<void> {
    const known = this.#list.get().find((one) => one.id === id);
    if (!known?.error) return;
    this.#change(id, { error: null, isWaiting: false, progress: 0 });
    await this.#start(known);
  }

  async #start({ id, file }: Upload): Promise<void> {
    const { upload, roomSlug, timesOnline } = this.#deps;
    const run = { controller: new AbortController(), timesOnline: timesOnline() };
    this.#runs.set(id, run);
    const isMine = (): boolean => this.#runs.get(id) === run;
    const onProgress = ({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }): void => {
      if (isMine() && totalBytes > 0) this.#change(id, { progress: sentBytes / totalBytes });
    };
    const options = { name: file.name || 'file', signal: run.controller.signal, onProgress };
    try {
      const attachment = await upload(roomSlug, file, options);
      if (isMine()) this.#change(id, { attachment, progress: 1 });
      else this.#discard(attachment);
    } catch (error) {
      if (isMine()) await this.#handleFailure(id, error, run);
    }
  }

  async #handleFailure(id: number, error: unknown, run: Run): Promise<void> {
    const retries = this.#retries.get(id) ?? 0;
    const isWaiting = isCode(error, 'Unavailable') && retries < maxRetries;
    if (isWaiting) this.#retries.set(id, retries + 1);
    this.#change(id, { error, isWaiting });
    // The connection that it was begun on is known to be lost, and there is another one already.
    if (isWaiting && this.#deps.timesOnline() !== run.timesOnline) await this.#startAgain(id);
  }

  #stop(id: number): void {
    this.#runs.get(id)?.controller.abort();
    this.#runs.delete(id);
    this.#retries.delete(id);
  }

  /** Where it cannot be deleted now, the server does so by itself, if days later. */
  #discard({ id }: Attachment): void {
    this.#deps.discard(id).catch(() => undefined);
  }

  #change(id: number, fields: Partial<Upload>): void {
    this.#list.set(this.#list.get().map((one) => (one.id === id ? { ...one, ...fields } : one)));
  }

  #toUpload(file: File): Upload {
    this.#lastId += 1;
    return { id: this.#lastId, file, progress: 0, attachment: null, error: null, isWaiting: false };
  }
}
