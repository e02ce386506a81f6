import { type Box, boxesIn } from './boxes.ts';
import { type FileWindow, MalformedMediaError } from './pieces.ts';
import type { Wipe } from './wipe.ts';

/** A table of a track: how many rows it says it has, and its numbers. */
class Table {
  readonly rows: number;
  readonly #file: FileWindow;
  readonly #start: number;
  readonly #rowBytes: number;

  constructor(
    file: FileWindow,
    { start, rows, rowBytes }: { start: number; rows: number; rowBytes: number },
  ) {
    this.#file = file;
    this.rows = rows;
    this.#start = start;
    this.#rowBytes = rowBytes;
  }

  /** @throws MalformedMediaError where the file ends before. */
  row(index: number): Promise<Buffer> {
    return this.#file.bytes(this.#start + index * this.#rowBytes, this.#rowBytes);
  }
}

/** Each has a window of its own: they are read side by side. @param at where the number of rows stands in the box. */
const openTable = async (
  file: FileWindow,
  box: Box,
  { at, rowBytes }: { at: number; rowBytes: number },
): Promise<Table> => {
  const own = file.another();
  const rows = (await own.bytes(box.body + at, 4)).readUInt32BE(0);
  return new Table(own, { start: box.body + at + 4, rows, rowBytes });
};

type SizeOf = (first: number, count: number) => Promise<number>;

const openSizes = async (file: FileWindow, box: Box, wipe: Wipe): Promise<SizeOf> => {
  const table = await openTable(file, box, { at: 8, rowBytes: 4 });
  const common = (await file.bytes(box.body + 4, 4)).readUInt32BE(0);
  return async (first, count) => {
    if (common > 0) return common * count;
    let bytes = 0;
    for (let index = first; index < Math.min(first + count, table.rows); index += 1) {
      wipe.countPart();
      bytes += (await table.row(index)).readUInt32BE(0);
    }
    return bytes;
  };
};

/** How many samples a chunk has, asked from the first chunk on. */
const openRuns = async (
  file: FileWindow,
  box: Box,
  wipe: Wipe,
): Promise<(chunk: number) => Promise<number>> => {
  const table = await openTable(file, box, { at: 4, rowBytes: 12 });
  let run = 0;
  return async (chunk) => {
    while (run + 1 < table.rows && (await table.row(run + 1)).readUInt32BE(0) <= chunk) {
      wipe.countPart();
      run += 1;
    }
    return (await table.row(run)).readUInt32BE(4);
  };
};

/**
 * What a track's samples hold becomes zero, wherever in the file they are.
 * @param stbl the box with the track's tables.
 * @throws MalformedMediaError
 */
export const zeroSamples = async (file: FileWindow, stbl: Box, wipe: Wipe): Promise<void> => {
  const boxes = new Map<string, Box>();
  for await (const box of boxesIn(file, stbl, wipe)) boxes.set(box.type, box);
  const [stco, co64, stsc, stsz] = ['stco', 'co64', 'stsc', 'stsz'].map((type) => boxes.get(type));
  const offsets = stco ?? co64;
  if (!offsets || !stsc || !stsz) throw new MalformedMediaError('where its samples are is not told');
  const chunks = await openTable(file, offsets, { at: 4, rowBytes: stco ? 4 : 8 });
  const samplesOf = await openRuns(file, stsc, wipe);
  const sizeOf = await openSizes(file, stsz, wipe);
  let sample = 0;
  for (let chunk = 0; chunk < chunks.rows; chunk += 1) {
    wipe.countPart();
    const row = await chunks.row(chunk);
    const start = stco ? row.readUInt32BE(0) : Number(row.readBigUInt64BE(0));
    const count = await samplesOf(chunk + 1);
    wipe.zero(start, start + (await sizeOf(sample, count)));
    sample += count;
  }
};
