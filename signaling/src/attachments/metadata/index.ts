import { planJpeg } from './jpeg.ts';
import { type FileWindow, MalformedMediaError, type Piece, planOf, writePieces } from './pieces.ts';
import { planPng } from './png.ts';
import { planWebp } from './webp.ts';

export { wipeMetadata } from './in-place.ts';
export { MalformedMediaError };

const plans: Readonly<Record<string, (file: FileWindow) => Promise<Piece[]>>> = {
  'image/jpeg': planJpeg,
  'image/png': planPng,
  'image/apng': planPng,
  'image/webp': planWebp,
};

/**
 * Writes the picture without what tells where, when, by whom and with what it was taken, not a pixel changed.
 * @returns false where there is nothing to take out: no file was written.
 * @throws MalformedMediaError
 */
export const stripMetadata = async (from: string, mediaType: string, to: string): Promise<boolean> => {
  const plan = plans[mediaType];
  const pieces = plan && (await planOf(from, plan));
  if (!pieces) return false;
  await writePieces(from, pieces, to);
  return true;
};
