import { setImmediate } from 'node:timers/promises';
import { type FileWindow, MalformedMediaError } from './pieces.ts';
import type { Wipe } from './wipe.ts';

/** Tags of TIFF 6, Exif 3 and those that Adobe added, by number. */
const tag = {
  subIfds: 330,
  xmp: 700,
  iptc: 33_723,
  photoshop: 34_377,
  exif: 34_665,
  gps: 34_853,
  interop: 40_965,
};

/** What is told beside the picture, whatever writes it. */
const told = [tag.xmp, tag.iptc, tag.photoshop, tag.gps];
/** Entries that lead to other directories, in a directory that goes. */
const leading: ReadonlySet<number> = new Set([tag.exif, tag.gps, tag.interop]);

/** Bytes of a value, by the number of its type: TIFF 6, page 15, and BigTIFF's 16 to 18. */
const valueBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

/** Pages of a document, and pictures within pictures. Each may be anywhere in the file. */
const maxDirectories = 16_384;
/** Entries of one. Cameras write a hundred. */
const maxEntries = 4_096;

interface Layout {
  isLittle: boolean;
  /** BigTIFF counts in eight bytes where TIFF has four, or two for the entries of a directory. */
  isBig: boolean;
}

interface Entry {
  tag: number;
  type: number;
  count: number;
  /** Where the value is in the file: in the entry, where it fits. */
  valueAt: number;
  raw: Buffer;
}

interface Directory {
  at: number;
  head: number;
  entries: Entry[];
  next: Buffer;
}

const numberIn = (bytes: Buffer, { isLittle }: Layout): number => {
  const append = (sum: number, byte: number) => sum * 256 + byte;
  return isLittle ? bytes.reduceRight(append, 0) : bytes.reduce(append, 0);
};

const parseEntry = (raw: Buffer, at: number, layout: Layout): Entry => {
  const wide = layout.isBig ? 8 : 4;
  const type = numberIn(raw.subarray(2, 4), layout);
  const count = numberIn(raw.subarray(4, 4 + wide), layout);
  const isInside = (valueBytes[type] ?? 0) * count <= wide;
  const valueAt = isInside ? at + 4 + wide : numberIn(raw.subarray(4 + wide), layout);
  return { tag: numberIn(raw.subarray(0, 2), layout), type, count, valueAt, raw };
};

/** One file's directories. They name each other by where they are, in circles where somebody wants that. */
class TiffWalk {
  readonly #file: FileWindow;
  readonly #wipe: Wipe;
  readonly #layout: Layout;
  readonly #seen = new Set<number>();
  #named = 0;

  constructor(file: FileWindow, wipe: Wipe, layout: Layout) {
    this.#file = file;
    this.#wipe = wipe;
    this.#layout = layout;
  }

  /** Takes entries out of each directory, and what they lead to; the entries after them move up. */
  async clean(first: number, { gone, entered }: { gone: Set<number>; entered: Set<number> }): Promise<void> {
    const waiting = [first];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      const found = await this.#read(at);
      if (!found) continue;
      const kept: Entry[] = [];
      for (const entry of found.entries) {
        if (!gone.has(entry.tag)) kept.push(entry);
        else await this.#remove(entry);
        if (entered.has(entry.tag)) waiting.push(...(await this.#targets(entry)));
      }
      if (kept.length < found.entries.length) this.#rewrite(found, kept);
      waiting.push(numberIn(found.next, this.#layout));
    }
  }

  /** An entry's value, and the directories that it leads to with theirs. */
  async #remove(entry: Entry): Promise<void> {
    const waiting = [entry];
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      if (leading.has(next.tag))
        for (const target of await this.#targets(next)) {
          const found = await this.#read(target);
          if (!found) continue;
          waiting.push(...found.entries);
          const entryBytes = found.entries.reduce((sum, { raw }) => sum + raw.length, 0);
          this.#wipe.zero(found.at, found.at + found.head + entryBytes + found.next.length);
        }
      this.#wipe.zero(next.valueAt, next.valueAt + (valueBytes[next.type] ?? 0) * next.count);
    }
  }

  #rewrite({ at, head, entries, next }: Directory, kept: Entry[]): void {
    const count = Buffer.alloc(head);
    if (this.#layout.isLittle) count.writeUInt16LE(kept.length, 0);
    else count.writeUInt16BE(kept.length, head - 2);
    const [{ raw }] = entries as [Entry];
    const room = Buffer.alloc(raw.length * (entries.length - kept.length));
    this.#wipe.patch(at, Buffer.concat([count, ...kept.map((entry) => entry.raw), next, room]));
  }

  /** Where the directories are that an entry names. */
  async #targets({ type, count, valueAt }: Entry): Promise<number[]> {
    const bytes = valueBytes[type] ?? 0;
    this.#named += count;
    if (bytes < 4 || this.#named > maxDirectories) throw new MalformedMediaError('an entry leads nowhere');
    const values = await this.#file.bytes(valueAt, bytes * count);
    return Array.from({ length: count }, (_, index) =>
      numberIn(values.subarray(index * bytes, (index + 1) * bytes), this.#layout),
    );
  }

  /** Undefined where there is none, or it was read before. */
  async #read(at: number): Promise<Directory | undefined> {
    if (at === 0 || this.#seen.has(at)) return undefined;
    this.#seen.add(at);
    if (this.#seen.size > maxDirectories) throw new MalformedMediaError('it is in too many directories');
    // Those that lie close together are read without waiting for the disk: others have their turn all the same.
    await setImmediate();
    const { isBig } = this.#layout;
    const [head, entryBytes, nextBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
    const count = numberIn(await this.#file.bytes(at, head), this.#layout);
    if (count > maxEntries) throw new MalformedMediaError('a directory is too long');
    const bytes = await this.#file.bytes(at + head, count * entryBytes + nextBytes);
    const entries = Array.from({ length: count }, (_, index) => {
      this.#wipe.countPart();
      const start = index * entryBytes;
      // The window that it was read into goes; what of it is kept should not hold it.
      const raw = Buffer.from(bytes.subarray(start, start + entryBytes));
      return parseEntry(raw, at + head + start, this.#layout);
    });
    return { at, head, entries, next: Buffer.from(bytes.subarray(count * entryBytes)) };
  }
}

const walkOf = async (file: FileWindow, wipe: Wipe): Promise<{ walk: TiffWalk; first: number }> => {
  const head = await file.bytes(0, 8);
  const isLittle = head.toString('latin1', 0, 2) === 'II';
  const isBig = numberIn(head.subarray(2, 4), { isLittle, isBig: false }) === 43;
  const layout = { isLittle, isBig };
  const first = numberIn(isBig ? await file.bytes(8, 8) : head.subarray(4, 8), layout);
  return { walk: new TiffWalk(file, wipe, layout), first };
};

/**
 * Wipes Exif, GPS, XMP, IPTC and Photoshop's notes out of a TIFF. Which way up it is stays.
 * @throws MalformedMediaError
 */
export const wipeTiff = async (file: FileWindow, wipe: Wipe): Promise<void> => {
  const { walk, first } = await walkOf(file, wipe);
  await walk.clean(first, { gone: new Set([...told, tag.exif]), entered: new Set([tag.subIfds]) });
};

/**
 * Wipes the same out of what a camera's sensor saw (DNG, CR2, NEF, ARW), but for Exif: there is in it what the picture is
 * developed by.
 * @throws MalformedMediaError
 */
export const wipeRaw = async (file: FileWindow, wipe: Wipe): Promise<void> => {
  const { walk, first } = await walkOf(file, wipe);
  await walk.clean(first, { gone: new Set(told), entered: new Set([tag.subIfds, tag.exif]) });
};
