import { type FileWindow, MalformedMediaError } from './pieces.ts';
import type { Wipe } from './wipe.ts';

/** A box of ISO/IEC 14496-12, which QuickTime calls an atom. */
export interface Box {
  type: string;
  start: number;
  /** Where its content begins. */
  body: number;
  /** As it says itself, whether the file has so much or not. */
  end: number;
}

/** What lies beyond any file. */
const toNumber = (size: bigint): number => (size > Number.MAX_SAFE_INTEGER ? Infinity : Number(size));

/**
 * The box that begins there.
 * @param limit where what it stands in ends; a box without a size goes on until there.
 * @returns undefined where there is none: too few bytes, or a size that is smaller than what tells it.
 */
export const readBox = async (file: FileWindow, start: number, limit: number): Promise<Box | undefined> => {
  const head = await file.upTo(start, Math.min(16, limit - start));
  if (head.length < 8) return undefined;
  const type = head.toString('latin1', 4, 8);
  const size = head.readUInt32BE(0);
  if (size === 0) return { type, start, body: start + 8, end: limit };
  if (size !== 1) return size < 8 ? undefined : { type, start, body: start + 8, end: start + size };
  if (head.length < 16) return undefined;
  const long = toNumber(head.readBigUInt64BE(8));
  return long < 16 ? undefined : { type, start, body: start + 16, end: start + long };
};

/**
 * The boxes in a part of the file, one after another. None is looked into: whoever asks does so, by name, so that nothing is
 * deeper than what is known.
 * @throws MalformedMediaError where one is larger than what it stands in.
 */
export const boxesIn = async function* (
  file: FileWindow,
  { body, end }: Pick<Box, 'body' | 'end'>,
  wipe: Wipe,
): AsyncIterable<Box> {
  for (let at = body; at < end; ) {
    wipe.countPart();
    const box = await readBox(file, at, end);
    // QuickTime may end a list by four bytes of zero.
    if (!box && end - at < 8) return;
    if (!box || box.end > end) throw new MalformedMediaError('a box is broken');
    yield box;
    at = box.end;
  }
};

/** The first box of that name. */
export const findBox = async (
  file: FileWindow,
  parent: Box,
  { type, wipe }: { type: string; wipe: Wipe },
): Promise<Box | undefined> => {
  for await (const box of boxesIn(file, parent, wipe)) if (box.type === type) return box;
  return undefined;
};

const free = Buffer.from('free', 'latin1');

/** The box becomes room that nobody reads, as large as it was. */
export const freeBox = ({ start, body, end }: Box, wipe: Wipe): void => {
  wipe.patch(start + 4, free);
  wipe.zero(body, end);
};
