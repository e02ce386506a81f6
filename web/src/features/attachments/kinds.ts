import type { Attachment } from '@boltorezka/sdk';

export type FileKind = 'image' | 'audio' | 'video' | 'other';

const images = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** By what the server found in it; what a browser should not draw by itself is a file like any other. */
export const kindOf = ({ mediaType }: Pick<Attachment, 'mediaType'>): FileKind => {
  if (images.has(mediaType)) return 'image';
  if (/^audio\//.test(mediaType)) return 'audio';
  return /^video\//.test(mediaType) ? 'video' : 'other';
};

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** A size in the words of a language: three figures at most. */
export const sizeText = (bytes: number, language: string): string => {
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumFractionDigits: value < 10 && step > 0 ? 1 : 0,
  }).format(value);
};

const maxWidthRem = 22;
const maxHeightRem = 16;

/** Of several the height is smaller: they stand side by side. */
const maxHeightOfManyRem = 9;

/** The place that an image takes, known before it has come: nothing moves when it does. */
export const placeOfImage = (
  { width = 4, height = 3 }: Pick<Attachment, 'width' | 'height'>,
  isOneOfMany = false,
): { widthRem: number; ratio: number } => {
  const ratio = Math.min(4, Math.max(0.4, width / height));
  const fitting = Math.min(maxWidthRem, (isOneOfMany ? maxHeightOfManyRem : maxHeightRem) * ratio);
  // A small picture is not blown up.
  return { widthRem: Math.max(4, Math.min(fitting, width / 16)), ratio };
};
