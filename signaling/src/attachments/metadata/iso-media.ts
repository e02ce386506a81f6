import { type Box, boxesIn, findBox, freeBox, readBox } from './boxes.ts';
import { wipeItems } from './heif-items.ts';
import { type FileWindow, MalformedMediaError } from './pieces.ts';
import { zeroSamples } from './track-samples.ts';
import type { Wipe } from './wipe.ts';

/** What players need (ISO/IEC 14496-12, table 1). What cameras put beside it under names of their own is told to nobody. */
const keptBoxes = {
  file: new Set([
    ...[
      'ftyp',
      'styp',
      'pdin',
      'moov',
      'mdat',
      'imda',
      'moof',
      'mfra',
      'sidx',
      'ssix',
      'prft',
      'emsg',
      'wide',
    ],
  ]),
  movie: new Set(['mvhd', 'trak', 'mvex', 'iods', 'pssh', 'cmov', 'rmra', 'ctab', 'clip']),
  track: new Set([
    ...[
      'tkhd',
      'tref',
      'trgr',
      'edts',
      'mdia',
      'tapt',
      'clip',
      'matt',
      'load',
      'imap',
      'txas',
      'strk',
      'ttyp',
    ],
  ]),
} as const;

/** Tracks of what a camera notes while it films: where it is, how it is held, whose faces it sees. */
const notes: ReadonlySet<string> = new Set(['meta', 'camm', 'gpmd', 'data']);

/** That a video shows all around (Google's Spherical Video, version 1): it would be shown flat without it. */
const sphericalId = 'ffcc82638f554a938814587a02521fdd';

const isSpherical = async (file: FileWindow, { type, body }: Box): Promise<boolean> =>
  type === 'uuid' && (await file.upTo(body, 16)).toString('hex') === sphericalId;

/** `mhlr` or nothing, and then what the boxes beside it describe. */
const handlerOf = async (file: FileWindow, hdlr: Box): Promise<string> =>
  (await file.bytes(hdlr.body + 8, 4)).toString('latin1');

const wipeSamples = async (file: FileWindow, mdia: Box, wipe: Wipe): Promise<void> => {
  const minf = await findBox(file, mdia, { type: 'minf', wipe });
  const stbl = minf && (await findBox(file, minf, { type: 'stbl', wipe }));
  if (stbl) await zeroSamples(file, stbl, wipe);
};

const wipeTrack = async (file: FileWindow, trak: Box, wipe: Wipe): Promise<void> => {
  let mdia: Box | undefined;
  for await (const box of boxesIn(file, trak, wipe)) {
    if (box.type === 'mdia') mdia = box;
    if (!keptBoxes.track.has(box.type) && !(await isSpherical(file, box))) freeBox(box, wipe);
  }
  if (!mdia) return;
  let handler = '';
  for await (const box of boxesIn(file, mdia, wipe)) {
    if (box.type === 'hdlr') handler = await handlerOf(file, box);
    if (box.type === 'udta' || box.type === 'meta') freeBox(box, wipe);
  }
  if (!notes.has(handler)) return;
  freeBox(trak, wipe);
  await wipeSamples(file, mdia, wipe);
};

const wipeMovie = async (file: FileWindow, moov: Box, wipe: Wipe): Promise<void> => {
  for await (const box of boxesIn(file, moov, wipe)) {
    if (box.type === 'trak') await wipeTrack(file, box, wipe);
    else if (!keptBoxes.movie.has(box.type)) freeBox(box, wipe);
    else if (box.type === 'cmov') throw new MalformedMediaError('what it tells is packed');
  }
};

/** Of a picture it says what there is to see; of a movie, who took it where. */
const isPicture = async (file: FileWindow, meta: Box, wipe: Wipe): Promise<boolean> => {
  // QuickTime's has no version before its boxes, and is never a picture's.
  const version = await file.upTo(meta.body, 4);
  if (version.length < 4 || version.readUInt32BE(0) !== 0) return false;
  const first = await findBox(file, { ...meta, body: meta.body + 4 }, { type: 'hdlr', wipe });
  return first !== undefined && (await handlerOf(file, first)) === 'pict';
};

const wipeBox = async (file: FileWindow, box: Box, wipe: Wipe): Promise<void> => {
  if (box.type === 'moov') await wipeMovie(file, box, wipe);
  else if (box.type === 'meta' && (await isPicture(file, box, wipe))) await wipeItems(file, box, wipe);
  else if (!keptBoxes.file.has(box.type)) freeBox(box, wipe);
};

/**
 * Wipes what tells where it was taken out of MP4, MOV, M4A, 3GP and HEIC: names and places, Exif and XMP, and tracks of what
 * the camera noted, with what they hold. Which way up it is (`tkhd`, `irot`) stays.
 * @throws MalformedMediaError
 */
export const wipeIsoMedia = async (file: FileWindow, wipe: Wipe): Promise<void> => {
  let isMedia = false;
  // A text may begin like a movie, and is none: it stays that text.
  const broken = (why: string) => {
    if (!isMedia) wipe.forget();
    return new MalformedMediaError(why);
  };
  for (let at = 0; at < file.size; ) {
    wipe.countPart();
    const box = await readBox(file, at, file.size);
    // Behind the last box nobody reads.
    if (!box && isMedia) return wipe.zero(at, file.size);
    if (!box) throw broken('a box is broken');
    if (box.end > file.size) {
      // A recording that was broken off plays as far as it goes.
      if (box.type === 'mdat') return;
      throw broken('a box goes on after the end');
    }
    isMedia ||= box.type === 'ftyp' || box.type === 'moov';
    await wipeBox(file, box, wipe);
    at = box.end;
  }
};
