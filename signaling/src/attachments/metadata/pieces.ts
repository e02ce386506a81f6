import { createReadStream, createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a new file is made of: a part of the old one (`end` is not in it), or bytes of ours. */
export type Piece = { start: number; end: number } | Uint8Array;

/** Real pictures have a few dozen; each one costs opening the file. */
const maxPieces = 1_000;

/** The file is not what its first bytes promise. */
export class MalformedImageError extends Error {
  override name = 'MalformedImageError';
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

  /** @throws MalformedImageError where the file ends before. */
  async bytes(start: number, length: number): Promise<Buffer> {
    const found = await this.upTo(start, length);
    if (found.length < length) throw new MalformedImageError('it ends too early');
    return found;
  }

  /** As many as there are. */
  async upTo(start: number, length: number): Promise<Buffer> {
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

/** Neighbours are read in one go. */
const joined = (pieces: Piece[]): Piece[] => {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const last = result.at(-1);
    if (last && !(last instanceof Uint8Array) && !(piece instanceof Uint8Array) && last.end === piece.start)
      last.end = piece.end;
    else result.push(piece instanceof Uint8Array ? piece : { ...piece });
  }
  return result;
};

/** The file's pieces that are to stay; undefined where all of it is. */
export const planOf = async (
  path: string,
  plan: (file: FileWindow) => Promise<Piece[]>,
): Promise<Piece[] | undefined> => {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const pieces = joined(await plan(new FileWindow(handle, size)));
    if (pieces.length > maxPieces) throw new MalformedImageError('it is in too many pieces');
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
