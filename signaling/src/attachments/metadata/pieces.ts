import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a new file is made of: a part of the old one (`end` is not in it), or bytes of ours. */
export type Piece = { start: number; end: number } | Uint8Array;

/** Real pictures have a few dozen; each one costs opening the file. */
const maxPieces = 1_000;
/** Segments or chunks that are looked at, kept or not. A PNG of 64 MiB in chunks of 1 KiB has so many. */
const maxSegments = 65_536;

/** The file is not what its first bytes promise. */
export class MalformedMediaError extends Error {
  override name = 'MalformedMediaError';
}

/** Reads a file at any place. A window of it is kept, for formats are read a few bytes at a time. */
export class FileWindow {
  readonly size: number;
  readonly #handle: FileHandle;
  #start = 0;
  #window: Buffer = Buffer.alloc(0);

  constructor(handle: FileHandle, size: number) {
    this.#handle = handle;
    this.size = size;
  }

  /** The same file with a window of its own: where two places are read by turns, neither pushes the other out. */
  another(): FileWindow {
    return new FileWindow(this.#handle, this.size);
  }

  /** @throws MalformedMediaError where the file ends before. */
  async bytes(start: number, length: number): Promise<Buffer> {
    const found = await this.upTo(start, length);
    if (found.length < length) throw new MalformedMediaError('it ends too early');
    return found;
  }

  /** As many as there are. */
  async upTo(start: number, length: number): Promise<Buffer> {
    // A number out of a file may be larger than any place that there is.
    if (start >= this.size) return Buffer.alloc(0);
    if (start < this.#start || start + length > this.#start + this.#window.length) {
      const { bytesRead, buffer } = await this.#handle.read(
        Buffer.alloc(Math.max(length, 64 * 1024)),
        0,
        Math.max(length, 64 * 1024),
        start,
      );
      this.#start = start;
      this.#window = buffer.subarray(0, bytesRead);
    }
    return this.#window.subarray(start - this.#start, start - this.#start + length);
  }
}

/**
 * The pieces that are to stay, counted while they are found: a file of a few bytes a segment would else fill the memory with
 * what is known of it. Neighbours become one.
 */
export class PieceList {
  readonly pieces: Piece[] = [];
  readonly #maxSegments: number;
  #segments = 0;

  constructor(most = maxSegments) {
    this.#maxSegments = most;
  }

  /** One more segment is looked at. @throws MalformedMediaError where no real picture has so many. */
  countSegment(): void {
    this.#segments += 1;
    if (this.#segments > this.#maxSegments) throw new MalformedMediaError('it is in too many segments');
  }

  /** @throws MalformedMediaError where there are too many. */
  keep(start: number, end: number): void {
    const last = this.pieces.at(-1);
    if (last && !(last instanceof Uint8Array) && last.end === start) last.end = end;
    else this.add({ start, end });
  }

  /** @throws MalformedMediaError where there are too many. */
  add(piece: Piece): void {
    if (this.pieces.length >= maxPieces) throw new MalformedMediaError('it is in too many pieces');
    this.pieces.push(piece);
  }
}

/** The file's pieces that are to stay; undefined where all of it is. */
export const planOf = async (
  path: string,
  plan: (file: FileWindow) => Promise<Piece[]>,
): Promise<Piece[] | undefined> => {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const pieces = await plan(new FileWindow(handle, size));
    let next = 0;
    for (const piece of pieces) {
      if (piece instanceof Uint8Array || piece.start !== next) return pieces;
      next = piece.end;
    }
    return next === size ? undefined : pieces;
  } finally {
    await handle.close();
  }
};

const bytesOf = async function* (path: string, pieces: Piece[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) {
    if (piece instanceof Uint8Array) yield piece;
    else if (piece.end > piece.start)
      yield* createReadStream(path, { start: piece.start, end: piece.end - 1 }) as AsyncIterable<Buffer>;
  }
};

export const writePieces = async (from: string, pieces: Piece[], to: string): Promise<void> => {
  await pipeline(bytesOf(from, pieces), createWriteStream(to, { flags: 'wx', mode: 0o600 }));
};
