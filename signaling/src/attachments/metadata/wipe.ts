import type { FileHandle } from 'node:fs/promises';
import { MalformedMediaError } from './pieces.ts';

/** Boxes, elements, entries and samples that are looked at: a busy core needs two seconds for them. Hours of video have fewer. */
const maxParts = 500_000;
/** Places that are written to. A track of positions has one a second at most. */
const maxRanges = 16_384;

const zeros = Buffer.alloc(64 * 1024);

interface Range {
  start: number;
  end: number;
}

/**
 * What is to be taken out of a file where it stands: no byte moves, for containers of video tell by offsets where all else is.
 * Nothing is written while it is being found, so that what is read is the file that came.
 */
export class Wipe {
  readonly size: number;
  readonly #giveUp: AbortSignal;
  readonly #ranges: Range[] = [];
  readonly #patches: { at: number; bytes: Uint8Array }[] = [];
  #parts = 0;

  constructor(size: number, giveUp: AbortSignal) {
    this.size = size;
    this.#giveUp = giveUp;
  }

  /** One more part of the file is looked at. @throws MalformedMediaError where no real file has so many; the signal's reason. */
  countPart(): void {
    this.#giveUp.throwIfAborted();
    this.#parts += 1;
    if (this.#parts > maxParts) throw new MalformedMediaError('it is in too many parts');
  }

  /** These bytes become zero, as far as the file has them. */
  zero(start: number, end: number): void {
    const range = { start, end: Math.min(end, this.size) };
    if (range.end <= range.start) return;
    const last = this.#ranges.at(-1);
    if (last?.end === start) last.end = range.end;
    else this.#push(this.#ranges, range);
  }

  /** These bytes stand there instead, also where they would become zero. */
  patch(at: number, bytes: Uint8Array): void {
    this.#push(this.#patches, { at, bytes });
  }

  /** Nothing is to be taken out after all. */
  forget(): void {
    this.#ranges.length = 0;
    this.#patches.length = 0;
  }

  /** @throws what the operating system says; the signal's reason. */
  async apply(file: FileHandle): Promise<void> {
    for (const { start, end } of this.#merged())
      for (let at = start; at < end; at += zeros.length)
        await this.#write(file, zeros.subarray(0, Math.min(zeros.length, end - at)), at);
    for (const { at, bytes } of this.#patches) await this.#write(file, bytes, at);
  }

  /** However often a broken file names the same bytes, they are written once. */
  #merged(): Range[] {
    const merged: Range[] = [];
    for (const range of this.#ranges.toSorted((a, b) => a.start - b.start)) {
      const last = merged.at(-1);
      if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
      else merged.push({ ...range });
    }
    return merged;
  }

  async #write(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
    this.#giveUp.throwIfAborted();
    await file.write(bytes, 0, bytes.length, at);
  }

  #push<T>(list: T[], item: T): void {
    if (this.#ranges.length + this.#patches.length >= maxRanges)
      throw new MalformedMediaError('it tells of its taking in too many places');
    list.push(item);
  }
}
