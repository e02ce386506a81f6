import { orientationOf, tiffOf } from './exif.ts';
import { type FileWindow, MalformedMediaError, type Piece, PieceList } from './pieces.ts';

/** Chunks of RFC 9649 that change how it looks, beside the one that names them. */
const keptChunks: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

const exifFlag = 0x08;
const xmpFlag = 0x04;
const maxExifBytes = 64 * 1024;
/** RFC 9649, 2.7: flags, three reserved bytes, and the canvas in twice three. */
const extendedBytes = 10;

/** Some writers begin it as JPEG does. */
const tiffWithin = (content: Buffer): Buffer =>
  content.toString('latin1', 0, 6) === 'Exif\0\0' ? content.subarray(6) : content;

const chunkOf = (type: string, content: Buffer): Buffer => {
  const chunk = Buffer.alloc(8 + content.length + (content.length % 2));
  chunk.write(type, 0, 'latin1');
  chunk.writeUInt32LE(content.length, 4);
  content.copy(chunk, 8);
  return chunk;
};

const sizeOf = (piece: Piece): number =>
  piece instanceof Uint8Array ? piece.length : piece.end - piece.start;

const riffHead = (chunks: Piece[]): Buffer => {
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + chunks.reduce((sum, chunk) => sum + sizeOf(chunk), 0), 4);
  return head;
};

interface Chunk {
  type: string;
  start: number;
  end: number;
  length: number;
}

const chunksOf = async function* (file: FileWindow): AsyncIterable<Chunk> {
  const head = await file.bytes(0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP')
    throw new MalformedMediaError('not a WebP');
  const size = Math.min(8 + head.readUInt32LE(4), file.size);
  for (let at = 12; at + 8 <= size; ) {
    const start = at;
    const chunkHead = await file.bytes(start, 8);
    const length = chunkHead.readUInt32LE(4);
    at = start + 8 + length + (length % 2);
    if (start + 8 + length > file.size) throw new MalformedMediaError('a chunk goes on after the end');
    yield { type: chunkHead.toString('latin1', 0, 4), start, end: Math.min(at, file.size), length };
  }
};

/** The chunk that tells what others there are; its bytes may still be changed. */
const extendedChunk = async (file: FileWindow, { start, length }: Chunk): Promise<Buffer> => {
  if (length !== extendedBytes) throw new MalformedMediaError('its head has another size');
  const chunk = chunkOf('VP8X', await file.bytes(start + 8, length));
  chunk[8] = (chunk[8] ?? 0) & ~(exifFlag | xmpFlag);
  return chunk;
};

/** A WebP without Exif and XMP, and without what follows its end. */
export const planWebp = async (file: FileWindow): Promise<Piece[]> => {
  const kept = new PieceList();
  let extended: Buffer | undefined;
  let orientation: number | undefined;
  for await (const chunk of chunksOf(file)) {
    kept.countSegment();
    const { type, start, end, length } = chunk;
    // It comes first or is none.
    if (type === 'VP8X' && kept.pieces.length === 0) {
      extended = await extendedChunk(file, chunk);
      kept.add(extended);
    } else if (type === 'EXIF')
      orientation ??= orientationOf(tiffWithin(await file.bytes(start + 8, Math.min(length, maxExifBytes))));
    else if (keptChunks.has(type)) kept.keep(start, end);
  }
  if (extended && orientation !== undefined && orientation !== 1) {
    extended[8] = (extended[8] ?? 0) | exifFlag;
    kept.add(chunkOf('EXIF', tiffOf(orientation)));
  }
  return [riffHead(kept.pieces), ...kept.pieces];
};
