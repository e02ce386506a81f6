import { orientationOf, tiffOf } from './exif.ts';
import { type FileWindow, MalformedMediaError, type Piece, PieceList } from './pieces.ts';

/** Markers of ITU T.81, table B.1, by their second byte. */
const marker = {
  soi: 0xd8,
  eoi: 0xd9,
  sos: 0xda,
  app0: 0xe0,
  app1: 0xe1,
  app2: 0xe2,
  app14: 0xee,
  app15: 0xef,
  com: 0xfe,
};

const exifName = 'Exif\0\0';
const iccName = 'ICC_PROFILE\0';

const isBare = (code: number): boolean => code === 0x01 || (code >= 0xd0 && code <= 0xd7);

/** JFIF, colour profiles and Adobe's word on colours change how it looks; all else that applications add is told to nobody. */
const isKept = (code: number, content: Buffer): boolean => {
  if (code === marker.com) return false;
  if (code < marker.app0 || code > marker.app15) return true;
  if (code === marker.app2) return content.toString('latin1', 0, iccName.length) === iccName;
  return code === marker.app0 || code === marker.app14;
};

const exifSegment = (orientation: number): Buffer => {
  const content = Buffer.concat([Buffer.from(exifName, 'latin1'), tiffOf(orientation)]);
  const head = Buffer.from([0xff, marker.app1, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
};

const scanBytes = 64 * 1024;
/** Real ones have fewer than 300, most of them a profile of colours. Each scan is read anew for its end. */
const maxSegments = 4_096;

/** Where the compressed data after a scan's header ends: at the next marker that is none of its own. */
const endOfScan = async (file: FileWindow, start: number): Promise<number> => {
  for (let at = start; at < file.size; ) {
    const chunk = await file.upTo(at, scanBytes);
    let found = chunk.indexOf(0xff);
    for (; found !== -1 && found + 1 < chunk.length; found = chunk.indexOf(0xff, found + 1)) {
      const code = chunk[found + 1] ?? 0;
      if (code !== 0 && code !== 0xff && !isBare(code)) return at + found;
    }
    // A marker may be cut in two.
    at += found === -1 ? chunk.length : Math.max(found, 1);
    if (at >= file.size - 1) return file.size;
  }
  return file.size;
};

interface Segment {
  code: number;
  start: number;
  end: number;
}

const readSegment = async (file: FileWindow, at: number): Promise<Segment> => {
  let start = at;
  let head = await file.bytes(start, 2);
  // Any number of 0xFF may stand before a marker's code.
  for (; head[0] === 0xff && head[1] === 0xff; head = await file.bytes(start, 2)) start += 1;
  const code = head[1] ?? 0;
  if (head[0] !== 0xff || code === 0) throw new MalformedMediaError('a marker is missing');
  if (isBare(code) || code === marker.eoi) return { code, start, end: start + 2 };
  const length = (await file.bytes(start + 2, 2)).readUInt16BE(0);
  if (length < 2) throw new MalformedMediaError('a segment is too short');
  const end = start + 2 + length;
  if (end > file.size) throw new MalformedMediaError('a segment goes on after the end');
  return { code, start, end: code === marker.sos ? await endOfScan(file, end) : end };
};

/**
 * A JPEG without Exif, XMP, IPTC, comments and what follows its end, its compressed data untouched. Pictures that other
 * pictures hold within them, such as those of a multi-picture file, stand behind the end.
 */
export const planJpeg = async (file: FileWindow): Promise<Piece[]> => {
  const kept = new PieceList(maxSegments);
  if ((await file.bytes(0, 2)).readUInt16BE(0) !== 0xffd8) throw new MalformedMediaError('not a JPEG');
  let orientation = 1;
  for (let at = 2; at < file.size; ) {
    kept.countSegment();
    const segment = await readSegment(file, at);
    at = segment.end;
    const content = await file.upTo(segment.start + 4, Math.min(segment.end - segment.start - 4, scanBytes));
    const isExif = segment.code === marker.app1 && content.toString('latin1', 0, 6) === exifName;
    if (isExif) orientation = orientationOf(content.subarray(6));
    if (isKept(segment.code, content)) kept.keep(segment.start, segment.end);
    if (segment.code === marker.eoi) break;
  }
  const upright = orientation === 1 ? [] : [exifSegment(orientation)];
  return [{ start: 0, end: 2 }, ...upright, ...kept.pieces];
};
