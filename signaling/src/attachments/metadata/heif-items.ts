import { type Box, boxesIn, freeBox } from './boxes.ts';
import { type FileWindow, MalformedMediaError } from './pieces.ts';
import type { Wipe } from './wipe.ts';

/** What a picture needs beside its data (ISO/IEC 14496-12, 8.11, and 23008-12). */
const keptBoxes: ReadonlySet<string> = new Set([
  ...['hdlr', 'pitm', 'iinf', 'iloc', 'iref', 'iprp', 'ipro', 'idat', 'dinf', 'grpl'],
]);
/** Exif, and XMP, which is the one document that pictures carry. Which way up they are is told elsewhere (`irot`, `imir`). */
const privateItems: ReadonlySet<string> = new Set(['Exif', 'mime']);
/** A picture of thousands of tiles needs a hundredth of it. */
const maxTableBytes = 4 * 1024 * 1024;

/** Reads numbers one after another. */
class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    if (length > this.left) throw new MalformedMediaError('a table ends too early');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** @param length in bytes; of none, it is zero. */
  uint(length: number): number {
    return this.take(length).reduce((sum, byte) => sum * 256 + byte, 0);
  }
}

const cursorOf = async (file: FileWindow, { body, end }: Box): Promise<Cursor> => {
  if (end - body > maxTableBytes) throw new MalformedMediaError('a table is too large');
  return new Cursor(await file.bytes(body, end - body));
};

/** One `infe`: the item's number and what it is. Before its second version there was no telling what. */
const readItem = (entry: Cursor): { id: number; type: string } | undefined => {
  const version = entry.uint(1);
  entry.take(3);
  if (version < 2) return undefined;
  const id = entry.uint(version === 2 ? 2 : 4);
  entry.take(2);
  return { id, type: entry.take(4).toString('latin1') };
};

const privateIdsOf = async (file: FileWindow, iinf: Box, wipe: Wipe): Promise<Set<number>> => {
  const found = new Set<number>();
  const table = await cursorOf(file, iinf);
  const version = table.uint(1);
  table.take(3);
  table.uint(version === 0 ? 2 : 4);
  while (table.left >= 8) {
    wipe.countPart();
    const size = table.uint(4);
    if (size < 8) throw new MalformedMediaError('an item is broken');
    const type = table.take(4).toString('latin1');
    const entry = new Cursor(table.take(size - 8));
    const item = type === 'infe' ? readItem(entry) : undefined;
    if (item && privateItems.has(item.type)) found.add(item.id);
  }
  return found;
};

interface Extent {
  id: number;
  /** Whether it is counted from the beginning of the file, of `idat`, or of another item. */
  method: number;
  start: number;
  length: number;
}

const readLocations = function* (table: Cursor, wipe: Wipe): Iterable<Extent> {
  const version = table.uint(1);
  table.take(3);
  const [sizes, moreSizes] = [table.uint(1), table.uint(1)];
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 4, sizes & 15, moreSizes >> 4];
  const indexBytes = version === 0 ? 0 : moreSizes & 15;
  const wide = version < 2 ? 2 : 4;
  for (let items = table.uint(wide); items > 0; items -= 1) {
    const id = table.uint(wide);
    const method = version === 0 ? 0 : table.uint(2) & 15;
    const source = table.uint(2);
    const base = table.uint(baseBytes);
    for (let extents = table.uint(2); extents > 0; extents -= 1) {
      wipe.countPart();
      table.take(indexBytes);
      const start = base + table.uint(offsetBytes);
      const length = table.uint(lengthBytes);
      // What stands in another file is not here.
      if (source === 0) yield { id, method, start, length };
    }
  }
};

/**
 * Wipes Exif and XMP out of a picture.
 * @param meta the `meta` box that describes the picture's items.
 * @throws MalformedMediaError
 */
export const wipeItems = async (file: FileWindow, meta: Box, wipe: Wipe): Promise<void> => {
  const boxes = new Map<string, Box>();
  for await (const box of boxesIn(file, { ...meta, body: meta.body + 4 }, wipe)) {
    if (keptBoxes.has(box.type)) boxes.set(box.type, box);
    else freeBox(box, wipe);
  }
  const [iinf, iloc, idat] = [boxes.get('iinf'), boxes.get('iloc'), boxes.get('idat')];
  if (!iinf || !iloc) throw new MalformedMediaError('what it consists of is not told');
  const ids = await privateIdsOf(file, iinf, wipe);
  for (const { id, method, start, length } of readLocations(await cursorOf(file, iloc), wipe)) {
    if (!ids.has(id)) continue;
    const origin = method === 0 ? 0 : method === 1 ? idat?.body : undefined;
    // No length is all there is; of Exif, nobody writes that.
    if (origin === undefined || length === 0) throw new MalformedMediaError('where an item is is not told');
    wipe.zero(origin + start, origin + start + length);
  }
};
