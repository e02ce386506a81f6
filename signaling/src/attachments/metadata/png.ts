import { crc32 } from 'node:zlib';
import { orientationOf, tiffOf } from './exif.ts';
import { type FileWindow, MalformedMediaError, type Piece, PieceList } from './pieces.ts';

const signature = '\x89PNG\r\n\x1a\n';

/** Ancillary chunks that change how it looks, animation among them. Texts, times and Exif are told to nobody. */
const keptChunks: ReadonlySet<string> = new Set([
  ...['tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI', 'bKGD', 'pHYs', 'sPLT', 'hIST'],
  ...['acTL', 'fcTL', 'fdAT'],
]);

/** Of a critical chunk the first letter is a capital (PNG 3, 5.4). */
const isKept = (type: string): boolean => /^[A-Z]/.test(type) || keptChunks.has(type);

const maxExifBytes = 64 * 1024;

const exifChunk = (orientation: number): Buffer => {
  const body = Buffer.concat([Buffer.from('eXIf', 'latin1'), tiffOf(orientation)]);
  const chunk = Buffer.alloc(4 + body.length + 4);
  chunk.writeUInt32BE(body.length - 4, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), 4 + body.length);
  return chunk;
};

/** A PNG without texts, times and Exif, and without what follows its end. */
export const planPng = async (file: FileWindow): Promise<Piece[]> => {
  if ((await file.bytes(0, 8)).toString('latin1') !== signature) throw new MalformedMediaError('not a PNG');
  const kept = new PieceList();
  kept.keep(0, 8);
  let orientation = 1;
  for (let at = 8; ; ) {
    kept.countSegment();
    const head = await file.bytes(at, 8);
    const type = head.toString('latin1', 4, 8);
    const length = head.readUInt32BE(0);
    const end = at + 12 + length;
    if (!/^[A-Za-z]{4}$/.test(type) || end > file.size) throw new MalformedMediaError('a chunk is broken');
    if (type === 'eXIf')
      orientation = orientationOf(await file.bytes(at + 8, Math.min(length, maxExifBytes)));
    // After the picture's data it would come too late for some readers.
    if (type === 'IDAT' && orientation !== 1) {
      kept.add(exifChunk(orientation));
      orientation = 1;
    }
    if (isKept(type)) kept.keep(at, end);
    if (type === 'IEND') return kept.pieces;
    at = end;
  }
};
