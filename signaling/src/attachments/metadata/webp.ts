import { orientationOf, tiffOf } from './exif.ts';
import { type FileWindow, MalformedImageError, type Piece } from './pieces.ts';

/** Chunks of RFC 9649 that change how it looks. */
const keptChunks: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

const exifFlag = 0x08;
const xmpFlag = 0x04;
const maxExifBytes = 64 * 1024;

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

const chunksOf = async (file: FileWindow): Promise<Chunk[]> => {
  const head = await file.bytes(0, 12);
  if (head.toString('latin1', 0, 4) !== 'RIFF' || head.toString('latin1', 8, 12) !== 'WEBP')
    throw new MalformedImageError('not a WebP');
  const size = Math.min(8 + head.readUInt32LE(4), file.size);
  const chunks: Chunk[] = [];
  for (let at = 12; at + 8 <= size; ) {
    const start = at;
    const chunkHead = await file.bytes(start, 8);
    const length = chunkHead.readUInt32LE(4);
    at = start + 8 + length + (length % 2);
    if (start + 8 + length > file.size) throw new MalformedImageError('a chunk goes on after the end');
    chunks.push({ type: chunkHead.toString('latin1', 0, 4), start, end: Math.min(at, file.size), length });
  }
  return chunks;
};

/** A WebP without Exif and XMP, and without what follows its end. */
export const planWebp = async (file: FileWindow): Promise<Piece[]> => {
  const chunks = await chunksOf(file);
  const isExtended = chunks[0]?.type === 'VP8X';
  const exif = chunks.find(({ type }) => type === 'EXIF');
  const orientation = exif
    ? orientationOf(tiffWithin(await file.bytes(exif.start + 8, Math.min(exif.length, maxExifBytes))))
    : 1;
  const keepsExif = isExtended && orientation !== 1;
  const kept: Piece[] = [];
  for (const { type, start, end, length } of chunks) {
    if (type === 'VP8X') {
      const content = Buffer.from(await file.bytes(start + 8, length));
      content[0] = ((content[0] ?? 0) & ~(exifFlag | xmpFlag)) | (keepsExif ? exifFlag : 0);
      kept.push(chunkOf('VP8X', content));
    } else if (keptChunks.has(type)) kept.push({ start, end });
  }
  if (keepsExif) kept.push(chunkOf('EXIF', tiffOf(orientation)));
  return [riffHead(kept), ...kept];
};
