import { open } from 'node:fs/promises';
import { wipeIsoMedia } from './iso-media.ts';
import { wipeMatroska } from './matroska.ts';
import { FileWindow, MalformedMediaError } from './pieces.ts';
import { wipeRaw, wipeTiff } from './tiff.ts';
import { Wipe } from './wipe.ts';

type Find = (file: FileWindow, wipe: Wipe) => Promise<void>;

const finders: ReadonlyMap<string, Find> = new Map(
  (
    [
      [wipeIsoMedia, ['video/mp4', 'video/quicktime', 'video/x-m4v', 'video/3gpp', 'video/3gpp2']],
      [wipeIsoMedia, ['audio/mp4', 'audio/x-m4a']],
      [wipeIsoMedia, ['image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence']],
      [wipeMatroska, ['video/webm', 'video/matroska']],
      [wipeTiff, ['image/tiff']],
      [wipeRaw, ['image/x-adobe-dng', 'image/x-canon-cr2', 'image/x-nikon-nef', 'image/x-sony-arw']],
    ] as [Find, string[]][]
  ).flatMap(([find, types]) => types.map((type) => [type, find] as const)),
);

const isWhole = async (found: Promise<void>): Promise<boolean> => {
  try {
    await found;
    return true;
  } catch (error) {
    if (error instanceof MalformedMediaError) return false;
    throw error;
  }
};

/**
 * Takes what tells where it was taken out of a file where it stands: it stays as large as it was, and all else in it where it
 * was. Of a broken one, what was found until it broke.
 * @returns false where it is broken.
 * @throws the signal's reason, and what the operating system says.
 */
export const wipeMetadata = async (
  path: string,
  mediaType: string,
  giveUp: AbortSignal,
): Promise<boolean> => {
  const find = finders.get(mediaType);
  if (!find) return true;
  const file = await open(path, 'r+');
  try {
    const { size } = await file.stat();
    const wipe = new Wipe(size, giveUp);
    const whole = await isWhole(find(new FileWindow(file, size), wipe));
    await wipe.apply(file);
    return whole;
  } finally {
    await file.close();
  }
};
